/// The time zones of the IANA database by their names.
///
/// - Shape: lines of minutes east of UTC in standard time, the rule of summer time, an area, and places in it; zones of no area leave it out.
/// - Source: the IANA time zone database 2025b, for the rules of 2027.
enum TimeZoneTable {
    static let zones: [String: TimeZoneRule] = {
        var zones: [String: TimeZoneRule] = [:]
        for line in table.split(separator: "\n") {
            let halves = line.split(separator: ":")
            let words = halves[0].split(separator: " ")
            guard let minutes = Int(words[0]), let saving = TimeZoneRule.Saving.named[String(words[1])] else { continue }
            let area = words.count > 2 ? words[2] + "/" : ""
            for place in halves[1].split(separator: " ") { zones[String(area + place)] = TimeZoneRule(standardMinutes: minutes, saving: saving) }
        }
        return zones
    }()

    private static let table = """
        -600 none:HST
        -480 northAmerica:PST8PDT
        -420 none:MST
        -420 northAmerica:MST7MDT Navajo
        -360 northAmerica:CST6CDT
        -300 cuba:Cuba
        -300 none:EST Jamaica
        -300 northAmerica:EST5EDT
        0 europe:Eire GB GB-Eire Portugal WET
        0 none:Factory GMT GMT+0 GMT-0 GMT0 Greenwich Iceland UCT UTC Universal Zulu
        60 europe:CET MET Poland
        120 egypt:Egypt
        120 europe:EET
        120 israel:Israel
        120 none:Libya
        180 none:Turkey W-SU
        210 none:Iran
        480 none:Hongkong PRC ROC Singapore
        540 none:Japan ROK
        720 newZealand:NZ
        720 none:Kwajalein
        765 newZealand:NZ-CHAT
        0 none Africa:Abidjan Accra Bamako Banjul Bissau Conakry Dakar Freetown Lome Monrovia Nouakchott Ouagadougou Sao_Tome Timbuktu
        60 europe Africa:Ceuta
        60 none Africa:Algiers Bangui Brazzaville Casablanca Douala El_Aaiun Kinshasa Lagos Libreville Luanda Malabo Ndjamena Niamey Porto-Novo Tunis
        120 egypt Africa:Cairo
        120 none Africa:Blantyre Bujumbura Gaborone Harare Johannesburg Juba Khartoum Kigali Lubumbashi Lusaka Maputo Maseru Mbabane Tripoli Windhoek
        180 none Africa:Addis_Ababa Asmara Asmera Dar_es_Salaam Djibouti Kampala Mogadishu Nairobi
        -600 northAmerica America:Adak Atka
        -540 northAmerica America:Anchorage Juneau Metlakatla Nome Sitka Yakutat
        -480 northAmerica America:Ensenada Los_Angeles Santa_Isabel Tijuana Vancouver
        -420 none America:Creston Dawson Dawson_Creek Fort_Nelson Hermosillo Mazatlan Phoenix Whitehorse
        -420 northAmerica America:Boise Cambridge_Bay Ciudad_Juarez Denver Edmonton Inuvik Shiprock Yellowknife
        -360 none America:Bahia_Banderas Belize Chihuahua Costa_Rica El_Salvador Guatemala Managua Merida Mexico_City Monterrey Regina Swift_Current
        -360 none America:Tegucigalpa
        -360 northAmerica America:Chicago Indiana/Knox Indiana/Tell_City Knox_IN Matamoros Menominee North_Dakota/Beulah North_Dakota/Center
        -360 northAmerica America:North_Dakota/New_Salem Ojinaga Rainy_River Rankin_Inlet Resolute Winnipeg
        -300 cuba America:Havana
        -300 none America:Atikokan Bogota Cancun Cayman Coral_Harbour Eirunepe Guayaquil Jamaica Lima Panama Porto_Acre Rio_Branco
        -300 northAmerica America:Detroit Fort_Wayne Grand_Turk Indiana/Indianapolis Indiana/Marengo Indiana/Petersburg Indiana/Vevay Indiana/Vincennes
        -300 northAmerica America:Indiana/Winamac Indianapolis Iqaluit Kentucky/Louisville Kentucky/Monticello Louisville Montreal Nassau New_York Nipigon
        -300 northAmerica America:Pangnirtung Port-au-Prince Thunder_Bay Toronto
        -240 chile America:Santiago
        -240 none America:Anguilla Antigua Aruba Barbados Blanc-Sablon Boa_Vista Campo_Grande Caracas Cuiaba Curacao Dominica Grenada Guadeloupe Guyana
        -240 none America:Kralendijk La_Paz Lower_Princes Manaus Marigot Martinique Montserrat Port_of_Spain Porto_Velho Puerto_Rico Santo_Domingo
        -240 none America:St_Barthelemy St_Kitts St_Lucia St_Thomas St_Vincent Tortola Virgin
        -240 northAmerica America:Glace_Bay Goose_Bay Halifax Moncton Thule
        -210 northAmerica America:St_Johns
        -180 none America:Araguaina Argentina/Buenos_Aires Argentina/Catamarca Argentina/ComodRivadavia Argentina/Cordoba Argentina/Jujuy Argentina/La_Rioja
        -180 none America:Argentina/Mendoza Argentina/Rio_Gallegos Argentina/Salta Argentina/San_Juan Argentina/San_Luis Argentina/Tucuman Argentina/Ushuaia
        -180 none America:Asuncion Bahia Belem Buenos_Aires Catamarca Cayenne Cordoba Coyhaique Fortaleza Jujuy Maceio Mendoza Montevideo Paramaribo
        -180 none America:Punta_Arenas Recife Rosario Santarem Sao_Paulo
        -180 northAmerica America:Miquelon
        -120 europe America:Godthab Nuuk Scoresbysund
        -120 none America:Noronha
        0 none America:Danmarkshavn
        -180 none Antarctica:Palmer Rothera
        0 troll Antarctica:Troll
        180 none Antarctica:Syowa
        300 none Antarctica:Mawson Vostok
        420 none Antarctica:Davis
        480 none Antarctica:Casey
        600 australia Antarctica:Macquarie
        600 none Antarctica:DumontDUrville
        720 newZealand Antarctica:McMurdo South_Pole
        60 europe Arctic:Longyearbyen
        120 europe Asia:Famagusta Nicosia
        120 israel Asia:Jerusalem Tel_Aviv
        120 lebanon Asia:Beirut
        120 palestine Asia:Gaza Hebron
        180 none Asia:Aden Amman Baghdad Bahrain Damascus Istanbul Kuwait Qatar Riyadh
        210 none Asia:Tehran
        240 none Asia:Baku Dubai Muscat Tbilisi Yerevan
        270 none Asia:Kabul
        300 none Asia:Almaty Aqtau Aqtobe Ashgabat Ashkhabad Atyrau Dushanbe Karachi Oral Qostanay Qyzylorda Samarkand Tashkent Yekaterinburg
        330 none Asia:Calcutta Colombo Kolkata
        345 none Asia:Kathmandu Katmandu
        360 none Asia:Bishkek Dacca Dhaka Kashgar Omsk Thimbu Thimphu Urumqi
        390 none Asia:Rangoon Yangon
        420 none Asia:Bangkok Barnaul Ho_Chi_Minh Hovd Jakarta Krasnoyarsk Novokuznetsk Novosibirsk Phnom_Penh Pontianak Saigon Tomsk Vientiane
        480 none Asia:Brunei Choibalsan Chongqing Chungking Harbin Hong_Kong Irkutsk Kuala_Lumpur Kuching Macao Macau Makassar Manila Shanghai Singapore
        480 none Asia:Taipei Ujung_Pandang Ulaanbaatar Ulan_Bator
        540 none Asia:Chita Dili Jayapura Khandyga Pyongyang Seoul Tokyo Yakutsk
        600 none Asia:Ust-Nera Vladivostok
        660 none Asia:Magadan Sakhalin Srednekolymsk
        720 none Asia:Anadyr Kamchatka
        -240 northAmerica Atlantic:Bermuda
        -180 none Atlantic:Stanley
        -120 none Atlantic:South_Georgia
        -60 europe Atlantic:Azores
        -60 none Atlantic:Cape_Verde
        0 europe Atlantic:Canary Faeroe Faroe Madeira
        0 none Atlantic:Reykjavik St_Helena
        60 europe Atlantic:Jan_Mayen
        480 none Australia:Perth West
        525 none Australia:Eucla
        570 australia Australia:Adelaide Broken_Hill South Yancowinna
        570 none Australia:Darwin North
        600 australia Australia:ACT Canberra Currie Hobart Melbourne NSW Sydney Tasmania Victoria
        600 none Australia:Brisbane Lindeman Queensland
        630 lordHowe Australia:LHI Lord_Howe
        -300 none Brazil:Acre
        -240 none Brazil:West
        -180 none Brazil:East
        -120 none Brazil:DeNoronha
        -480 northAmerica Canada:Pacific
        -420 none Canada:Yukon
        -420 northAmerica Canada:Mountain
        -360 none Canada:Saskatchewan
        -360 northAmerica Canada:Central
        -300 northAmerica Canada:Eastern
        -240 northAmerica Canada:Atlantic
        -210 northAmerica Canada:Newfoundland
        -360 chile Chile:EasterIsland
        -240 chile Chile:Continental
        -720 none Etc:GMT+12
        -660 none Etc:GMT+11
        -600 none Etc:GMT+10
        -540 none Etc:GMT+9
        -480 none Etc:GMT+8
        -420 none Etc:GMT+7
        -360 none Etc:GMT+6
        -300 none Etc:GMT+5
        -240 none Etc:GMT+4
        -180 none Etc:GMT+3
        -120 none Etc:GMT+2
        -60 none Etc:GMT+1
        0 none Etc:GMT GMT+0 GMT-0 GMT0 Greenwich UCT UTC Universal Zulu
        60 none Etc:GMT-1
        120 none Etc:GMT-2
        180 none Etc:GMT-3
        240 none Etc:GMT-4
        300 none Etc:GMT-5
        360 none Etc:GMT-6
        420 none Etc:GMT-7
        480 none Etc:GMT-8
        540 none Etc:GMT-9
        600 none Etc:GMT-10
        660 none Etc:GMT-11
        720 none Etc:GMT-12
        780 none Etc:GMT-13
        840 none Etc:GMT-14
        0 europe Europe:Belfast Dublin Guernsey Isle_of_Man Jersey Lisbon London
        60 europe Europe:Amsterdam Andorra Belgrade Berlin Bratislava Brussels Budapest Busingen Copenhagen Gibraltar Ljubljana Luxembourg Madrid Malta Monaco
        60 europe Europe:Oslo Paris Podgorica Prague Rome San_Marino Sarajevo Skopje Stockholm Tirane Vaduz Vatican Vienna Warsaw Zagreb Zurich
        120 europe Europe:Athens Bucharest Helsinki Kiev Kyiv Mariehamn Nicosia Riga Sofia Tallinn Uzhgorod Vilnius Zaporozhye
        120 moldova Europe:Chisinau Tiraspol
        120 none Europe:Kaliningrad
        180 none Europe:Istanbul Kirov Minsk Moscow Simferopol Volgograd
        240 none Europe:Astrakhan Samara Saratov Ulyanovsk
        180 none Indian:Antananarivo Comoro Mayotte
        240 none Indian:Mahe Mauritius Reunion
        300 none Indian:Kerguelen Maldives
        360 none Indian:Chagos
        390 none Indian:Cocos
        420 none Indian:Christmas
        -480 northAmerica Mexico:BajaNorte
        -420 none Mexico:BajaSur
        -360 none Mexico:General
        -660 none Pacific:Midway Niue Pago_Pago Samoa
        -600 none Pacific:Honolulu Johnston Rarotonga Tahiti
        -570 none Pacific:Marquesas
        -540 none Pacific:Gambier
        -480 none Pacific:Pitcairn
        -360 chile Pacific:Easter
        -360 none Pacific:Galapagos
        540 none Pacific:Palau
        600 none Pacific:Chuuk Guam Port_Moresby Saipan Truk Yap
        660 australia Pacific:Norfolk
        660 none Pacific:Bougainville Efate Guadalcanal Kosrae Noumea Pohnpei Ponape
        720 newZealand Pacific:Auckland
        720 none Pacific:Fiji Funafuti Kwajalein Majuro Nauru Tarawa Wake Wallis
        765 newZealand Pacific:Chatham
        780 none Pacific:Apia Enderbury Fakaofo Kanton Tongatapu
        840 none Pacific:Kiritimati
        -660 none US:Samoa
        -600 none US:Hawaii
        -600 northAmerica US:Aleutian
        -540 northAmerica US:Alaska
        -480 northAmerica US:Pacific
        -420 none US:Arizona
        -420 northAmerica US:Mountain
        -360 northAmerica US:Central Indiana-Starke
        -300 northAmerica US:East-Indiana Eastern Michigan
        """
}
