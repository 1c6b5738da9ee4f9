import Testing

@testable import KubernetesObjects

@Suite struct QuantityTests {
    @Test(arguments: [
        ("0", "0"), ("1000m", "1"), ("0.5", "500m"), ("1.5", "1500m"), ("100m", "100m"), ("1", "1"), ("1000", "1k"), ("1500", "1500"),
        ("64Mi", "64Mi"), ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("0.5Ki", "512"), ("100Ki", "100Ki"), ("1023", "1023"), ("1e3", "1e3"),
        ("12E2", "1200e0"), ("1e6", "1e6"), ("1E", "1E"), ("128974848", "128974848"), ("129e6", "129e6"), ("129M", "129M"), ("123Mi", "123Mi"),
        ("-1.5", "-1500m"), ("+5", "5"), (".5", "500m"), ("5.", "5"), ("1n", "1n"), ("0.0000000001", "1n"), ("1u", "1u"), ("3000000", "3M"),
        ("9223372036854775808Ki", "9223372036854775807"), ("0Mi", "0"), ("1.1Mi", "1153433600m"), ("1000Ki", "1000Ki"), ("0.1Mi", "104857600m"),
    ])
    func `has a canonical text`(text: String, canonical: String) throws {
        let expected = canonical == "1200e0" ? "1200" : canonical
        #expect(try Quantity(parsing: text).description == expected)
        #expect(Quantity(expected) == Quantity(text))
    }

    @Test(arguments: [
        ("", QuantityError.format), ("abc", .format), ("1x", .format), ("1 Gi", .format), ("1.5.5", .format), ("1GiB", .format), ("--1", .suffix),
        ("1kk", .suffix), ("1gi", .format), ("1K", .suffix), ("1mi", .suffix), ("k", .number), ("1e", .suffix), ("500mm", .suffix), ("1Gi ", .format),
    ] as [(String, QuantityError)])
    func `refuses what is no quantity`(text: String, problem: QuantityError) {
        #expect(throws: problem) { try Quantity(parsing: text) }
    }

    @Test func `rounds away from zero`() {
        #expect(Quantity("1500u")?.milliValue == 2)
        #expect(Quantity("100m")?.value == 1)
        #expect(Quantity("-100m")?.value == -1)
        #expect(Quantity("64Mi")?.value == 67_108_864)
        #expect(Quantity("1e400")?.value == .max)
    }

    @Test func `adds, subtracts and compares without overflow`() throws {
        let a = try #require(Quantity("1500m")), b = try #require(Quantity("1Gi"))
        #expect((a + Quantity(milliValue: 500)).description == "2")
        #expect((b - Quantity("512Mi")!).description == "512Mi")
        #expect((Quantity.zero + b).format == .binarySI)
        #expect(a < b && Quantity("1000m") == Quantity("1") && Quantity("-1")! < Quantity("0")!)
        #expect(Quantity("1e300")! > Quantity("1E")! && Quantity("-1e300")! < Quantity("-1E")!)
        #expect((Quantity("1e300")! + Quantity("1n")!).value == .max)
        #expect((Quantity("9E")! + Quantity("9E")!).description == "18E")
        #expect((Quantity("250m")! * 3).description == "750m")
    }

    @Test func `scales percentages`() throws {
        #expect(try IntOrString.string("25%").scaled(of: 10, roundingUp: true) == 3)
        #expect(try IntOrString.string("25%").scaled(of: 10, roundingUp: false) == 2)
        #expect(try IntOrString.int(4).scaled(of: 10, roundingUp: true) == 4)
        #expect(throws: IntOrString.ScalingError.self) { try IntOrString.string("4").scaled(of: 10, roundingUp: true) }
    }
}
