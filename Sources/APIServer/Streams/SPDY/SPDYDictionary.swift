/// The text that header blocks are compressed against, so that the first of them is short already.
///
/// - Shape: words with their lengths in four bytes, then numbers of statuses and a text.
/// - Source: the SPDY protocol, draft 3, section 2.6.10.1; its Adler-32 sum is e3c6a7c2.
enum SPDYDictionary {
    private static let words = """
        options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection \
        content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag expect expires from host \
        if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range \
        referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url \
        public set-cookie keep-alive origin
        """

    private static let tail =
        "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information"
        + "204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented"
        + "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,"
        + "image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdch"
        + "charset=utf-8charset=iso-8859-1,utf-,*,enq=0."

    static let bytes: [UInt8] = {
        var result: [UInt8] = []
        for word in words.split(separator: " ") {
            let text = word.map { $0 == "_" ? " " : $0 }
            result += [0, 0, 0, UInt8(text.count)] + Array(String(text).utf8)
        }
        return result + Array(tail.utf8)
    }()
}
