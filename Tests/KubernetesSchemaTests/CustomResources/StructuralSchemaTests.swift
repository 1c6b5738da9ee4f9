import KubernetesObjects
import KubernetesSchema
import Testing

@Suite struct StructuralSchemaTests {
    private static let gadget = """
        {"type":"object","properties":{
          "spec":{"type":"object","required":["size"],"properties":{
            "size":{"type":"integer","minimum":1,"maximum":5},
            "color":{"type":"string","enum":["red","blue"],"default":"red"},
            "name":{"type":"string","pattern":"^[a-z]+$","maxLength":5},
            "port":{"x-kubernetes-int-or-string":true},
            "tags":{"type":"array","maxItems":2,"items":{"type":"string"},"x-kubernetes-list-type":"set"},
            "labels":{"type":"object","additionalProperties":{"type":"string"}},
            "when":{"type":"string","format":"date-time"},
            "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
            "either":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},
              "oneOf":[{"required":["a"]},{"required":["b"]}]}}},
          "status":{"type":"object","properties":{"phase":{"type":"string"}}}}}
        """

    private static let dns1035 =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"

    private func schema(_ json: String = gadget) throws -> StructuralSchema { StructuralSchema(try Value(parsingJSON: json)) }

    private static func text(_ problem: SchemaProblem) -> String {
        "\(problem.kind) \(problem.path)" + (problem.value.map { " " + $0.json() } ?? "") + (problem.detail.isEmpty ? "" : ": " + problem.detail)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let json: String
        let expected: [String]
        var testDescription: String { json }
    }

    @Test(arguments: [
        Case(json: #"{"spec":{"size":3}}"#, expected: []),
        Case(json: #"{"spec":{"size":3.0}}"#, expected: []),
        Case(json: #"{"spec":{"size":9}}"#, expected: ["invalid spec.size 9: spec.size in body should be less than or equal to 5"]),
        Case(json: #"{"spec":{"size":0}}"#, expected: ["invalid spec.size 0: spec.size in body should be greater than or equal to 1"]),
        Case(
            json: #"{"spec":{"size":"three"}}"#,
            expected: [#"typeInvalid spec.size "string": spec.size in body must be of type integer: "string""#]),
        Case(
            json: #"{"spec":{"color":"green"}}"#,
            expected: [#"notSupported spec.color "green": supported values: "red", "blue""#, "required spec.size"]),
        Case(
            json: #"{"spec":{"size":1,"name":"Gadget"}}"#,
            expected: [
                "tooLong spec.name: may not be more than 5 bytes", #"invalid spec.name "Gadget": spec.name in body should match '^[a-z]+$'"#,
            ]),
        Case(
            json: #"{"spec":{"size":1,"port":true}}"#,
            expected: [#"typeInvalid spec.port "boolean": spec.port in body must be of type integer,string: "boolean""#]),
        Case(
            json: #"{"spec":{"size":1,"tags":["a","a","b"]}}"#,
            expected: ["tooMany spec.tags 3: must have at most 2 items", #"duplicate spec.tags[1] "a""#]),
        Case(
            json: #"{"spec":{"size":1,"labels":{"a":1}}}"#,
            expected: [#"typeInvalid spec.labels.a "integer": spec.labels.a in body must be of type string: "integer""#]),
        Case(
            json: #"{"spec":{"size":1,"when":"noon"}}"#,
            expected: [#"typeInvalid spec.when "noon": spec.when in body must be of type date-time: "noon""#]),
        Case(
            json: #"{"spec":{"size":1,"either":{"a":"1","b":"2"}}}"#,
            expected: [
                #"invalid  "": "spec.either" must validate one and only one schema (oneOf). Found 2 valid alternatives"#
            ]),
        Case(
            json: #"{"spec":{"size":null}}"#,
            expected: [#"typeInvalid spec.size "null": spec.size in body must be of type integer: "null""#]),
    ])
    func `says what is wrong with a value`(_ c: Case) throws {
        let value = try Value(parsingJSON: c.json)
        let problems = StructuralValidator.validate(value, by: try schema()) { pattern, text in
            pattern == "^[a-z]+$" ? text.allSatisfy { $0.isLowercase } : nil
        }
        #expect(problems.map(Self.text) == c.expected)
    }

    @Test func `drops unknown fields and tells their places`() throws {
        var value = try Value(
            parsingJSON: #"{"apiVersion":"v1","kind":"G","metadata":{"name":"a"},"spec":{"size":1,"weight":2,"free":{"x":{"y":1}}},"extra":1}"#)
        let unknown = StructuralPruning.prune(&value, by: try schema())
        #expect(unknown == [#"unknown field "spec.weight""#, #"unknown field "extra""#])
        #expect(
            value.json() == #"{"apiVersion":"v1","kind":"G","metadata":{"name":"a"},"spec":{"size":1,"free":{"x":{"y":1}}}}"#)
    }

    @Test func `fills in defaults and drops nulls`() throws {
        var value = try Value(parsingJSON: #"{"spec":{"size":null,"color":null}}"#)
        StructuralPruning.applyDefaults(to: &value, by: try schema())
        #expect(value.json() == #"{"spec":{"color":"red"}}"#)
    }

    @Test(arguments: [
        Case(json: #"{"type":"object"}"#, expected: []),
        Case(json: #"{"type":"string"}"#, expected: [#"invalid S.type "string": must be object at the root"#]),
        Case(json: "{}", expected: ["required S.type: must not be empty at the root"]),
        Case(
            json: #"{"type":"object","properties":{"spec":{"properties":{"a":{"type":"array"}}}}}"#,
            expected: [
                "required S.properties[spec].properties[a].items: must be specified",
                "required S.properties[spec].type: must not be empty for specified object fields",
            ]),
        Case(
            json: #"{"type":"object","properties":{"metadata":{"type":"object","properties":{"labels":{"type":"object"}}}}}"#,
            expected: [
                "forbidden S.properties[metadata]: must not specify anything other than name and generateName, but metadata is implicitly specified"
            ]),
        Case(
            json: #"{"type":"object","properties":{"a":{"type":"text"}}}"#,
            expected: [
                #"notSupported S.properties[a].type "text": supported values: "array", "boolean", "integer", "number", "object", "string""#
            ]),
        Case(
            json: #"{"type":"object","properties":{"a":{"type":"integer","default":"x"}}}"#,
            expected: [
                #"typeInvalid S.properties[a].default "string": S.properties[a].default in body must be of type integer: "string""#
            ]),
        // Sorted by their text: a path goes before what is below it only by the letter that follows.
        Case(
            json: #"{"type":"object","additionalProperties":true,"properties":{"kind":{"type":"integer"},"metadata":{"type":"string"}}}"#,
            expected: [
                "forbidden S.additionalProperties: must not be used at the root",
                #"invalid S.properties[kind].type "integer": must be string"#, #"invalid S.properties[metadata].type "string": must be object"#,
            ]),
        Case(
            json: #"{"type":"object","properties":{"metadata":{"type":"object","description":"mine"}}}"#,
            expected: [
                "forbidden S.properties[metadata]: must not specify anything other than name and generateName, but metadata is implicitly specified"
            ]),
        Case(json: #"{"type":"object","properties":{"metadata":{"type":"object","properties":{"name":{"type":"string","maxLength":5}}}}}"#, expected: []),
        Case(
            json: #"{"type":"object","properties":{"a":{"x-kubernetes-int-or-string":true,"x-kubernetes-preserve-unknown-fields":true}}}"#,
            expected: ["invalid S.properties[a].x-kubernetes-preserve-unknown-fields true: must be false if x-kubernetes-int-or-string is true"]),
        Case(
            json: #"{"type":"object","properties":{"a":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]}}}"#, expected: []),
        Case(
            json: #"{"type":"object","properties":{"a":{"type":"string","anyOf":[{"type":"string","nullable":true,"description":"d"}]}}}"#,
            expected: [
                "forbidden S.properties[a].anyOf[0].description: must be empty to be structural",
                "forbidden S.properties[a].anyOf[0].nullable: must be false to be structural",
                "forbidden S.properties[a].anyOf[0].type: must be empty to be structural",
            ]),
        Case(
            json: #"{"type":"object","oneOf":[{"properties":{"a":{"minimum":1},"metadata":{}},"items":{}}]}"#,
            expected: [
                "required S.items: because it is defined in S.oneOf[0].items",
                "forbidden S.oneOf[0].properties[metadata]: must not be specified in a nested context",
                "required S.properties[a]: because it is defined in S.oneOf[0].properties[a]",
                "required S.properties[metadata]: because it is defined in S.oneOf[0].properties[metadata]",
            ]),
        Case(
            json: #"{"type":"object","properties":{"a":{"type":"string","pattern":"(a"}}}"#,
            expected: [#"invalid S.properties[a].pattern "(a": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): `(a`"#]),
        Case(
            json: #"{"type":"object","properties":{"a":{"type":"object","x-kubernetes-embedded-resource":true},"b":{"x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}}"#,
            expected: [
                "required S.properties[a].properties: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
                "required S.properties[b].type: must be object if x-kubernetes-embedded-resource is true",
            ]),
        // What is not supported keeps a schema from being looked at as a structural one.
        Case(
            json: #"{"properties":{"a":{"$ref":"b","definitions":{"c":{}}}}}"#,
            expected: ["forbidden S.properties[a].definitions: definitions is not supported", "forbidden S.properties[a].$ref: $ref is not supported"]),
        Case(
            json: #"{"type":"object","properties":{"a":{"type":"object","additionalProperties":{"type":"string"},"properties":{"b":{"type":"null"}}}}}"#,
            expected: [
                "forbidden S.properties[a].additionalProperties: additionalProperties and properties are mutual exclusive",
                #"notSupported S.properties[a].properties[b].type "null": supported values: "array", "boolean", "integer", "number", "object", "string""#,
                "forbidden S.properties[a].properties[b].type: type cannot be set to null, use nullable as an alternative",
            ]),
        Case(json: #"{"type":"object","properties":{"a":{"type":"object","additionalProperties":false}}}"#, expected: []),
        Case(
            json: #"{"type":"object","properties":{"metadata":{"type":"object","default":{}},"a":{"type":"string","x-kubernetes-map-type":"set"}}}"#,
            expected: [
                #"invalid S.properties[a].type "string": must be object if x-kubernetes-map-type is specified"#,
                #"notSupported S.properties[a].x-kubernetes-map-type "set": supported values: "atomic", "granular""#,
                "forbidden S.properties[metadata].default: must not be set in top-level metadata",
            ]),
        Case(
            json: #"{"type":"object","properties":{"a":{"x-kubernetes-preserve-unknown-fields":true,"x-kubernetes-list-type":"bag"}}}"#,
            expected: [
                "required S.properties[a].type: must be array if x-kubernetes-list-type is specified",
                #"notSupported S.properties[a].x-kubernetes-list-type "bag": supported values: "atomic", "set", "map""#,
            ]),
        Case(
            json: #"{"type":"object","properties":{"a":{"type":"array","x-kubernetes-list-type":"map","items":{"type":"object","properties":{"k":{"type":"string","nullable":true}}},"x-kubernetes-list-map-keys":["k","k","l"]}}}"#,
            expected: [
                #"invalid S.properties[a].x-kubernetes-list-map-keys ["k","k","l"]: must not contain duplicate entries"#,
                #"invalid S.properties[a].x-kubernetes-list-map-keys ["k","k","l"]: entries must all be names of item properties"#,
                "required S.properties[a].items.properties[k].default: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
                "forbidden S.properties[a].items.properties[k].nullable: this property is in x-kubernetes-list-map-keys, so it cannot be nullable",
                "required S.properties[a].items.properties[k].default: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
                "forbidden S.properties[a].items.properties[k].nullable: this property is in x-kubernetes-list-map-keys, so it cannot be nullable",
            ]),
        Case(
            json: #"{"type":"object","properties":{"a":{"type":"array","x-kubernetes-list-type":"map","items":{"type":"string"}},"b":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"array","x-kubernetes-list-type":"set","nullable":true,"items":{"type":"string"}}}}}"#,
            expected: [
                "required S.properties[a].x-kubernetes-list-map-keys: must not be empty if x-kubernetes-list-type is map",
                #"invalid S.properties[a].items.type "string": must be object if parent array's x-kubernetes-list-type is map"#,
                #"invalid S.properties[b].items.x-kubernetes-list-type "set": must be atomic as item of a list with x-kubernetes-list-type=set"#,
                "forbidden S.properties[b].items.nullable: cannot be nullable when x-kubernetes-list-type is set",
            ]),
    ])
    func `refuses schemas that are not structural`(_ c: Case) throws {
        let problems = StructuralSchemaCheck.problems(of: try Value(parsingJSON: c.json), at: "S") { _, _ in true }
        #expect(problems.map(Self.text) == c.expected)
    }

    @Test(arguments: [
        Case(json: #"{"type":"object","properties":{"status":{"type":"object"}},"x-kubernetes-validations":[{"rule":"true"}]}"#, expected: []),
        Case(
            json: #"{"type":"object","oneOf":[{"required":["a"]}]}"#,
            expected: [
                #"invalid S {"type":"object","oneOf":[{"required":["a"]}]}: only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed at the root of the schema if the status subresource is enabled"#
            ]),
    ])
    func `leaves few words to the root of what has a status`(_ c: Case) throws {
        let problems = StructuralSchemaCheck.problems(of: try Value(parsingJSON: c.json), at: "S", hasStatus: true) { _, _ in true }
        #expect(problems.map(Self.text) == c.expected)
    }

    @Test(arguments: [
        ("unapproved, experimental", "UnapprovedAnnotation", "not approved: \"unapproved, experimental\""),
        ("https://github.com/kubernetes/kubernetes/pull/1", "ApprovedAnnotation", "approved in https://github.com/kubernetes/kubernetes/pull/1"),
        ("yes", "InvalidAnnotation", "protected groups must have approval annotation \"api-approved.kubernetes.io\" with either a URL or a reason starting with \"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111"),
        ("", "MissingAnnotation", "protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111"),
    ])
    func `tells who approved a definition of Kubernetes' own groups`(_ text: String, _ reason: String, _ message: String) {
        let definition: Value = ["metadata": ["annotations": ["api-approved.kubernetes.io": .string(text)]], "spec": ["group": "a.k8s.io"]]
        let approval = CustomDefinitionApproval(definition)
        #expect(approval?.reason == reason && approval?.message == message)
        #expect(CustomDefinitionApproval(["spec": ["group": "ak8s.io"]]) == nil)
    }

    @Test(arguments: [
        Case(
            json: #"{"metadata":{"name":"gadgets.lab"},"spec":{"group":"lab","names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","listKind":"Gadget"},"scope":"Everywhere","versions":[]}}"#,
            expected: [
                #"invalid spec.group "lab": should be a domain with at least one dot"#,
                #"notSupported spec.scope "Everywhere": supported values: "Cluster", "Namespaced""#,
                "invalid spec.versions []: must have exactly one version marked as storage version",
                #"invalid spec.names.listKind "Gadget": kind and listKind may not be the same"#,
                "invalid status.storedVersions []: must have at least one stored version",
            ]),
        Case(
            json: #"{"metadata":{"name":"gadget.lab.example.com"},"spec":{"group":"lab.example.com","names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","listKind":"GadgetList"},"scope":"Cluster","versions":[{"name":"v1","served":true,"storage":true}]}}"#,
            expected: [
                #"invalid metadata.name "gadget.lab.example.com": must be spec.names.plural+"."+spec.group"#,
                "required spec.versions[0].schema.openAPIV3Schema: schemas are required",
            ]),
        // What all versions share is told at the top, what they differ in at each.
        Case(
            json: """
                {"metadata":{"name":"as.b.c"},"spec":{"group":"b.c","names":{"plural":"as","singular":"a","kind":"A","listKind":"AList","shortNames":["X"]},"scope":"Cluster",
                 "versions":[{"name":"V1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object"}}}},
                 "subresources":{"scale":{"specReplicasPath":"spec.n","statusReplicasPath":".spec.n"}},
                 "additionalPrinterColumns":[{"name":"N","type":"int","format":"text","jsonPath":"spec.n"}],
                 "selectableFields":[{"jsonPath":".spec.n"},{"jsonPath":".spec"}]}],
                 "conversion":{"strategy":"None","webhook":{"conversionReviewVersions":["v1"]}}}}
                """,
            expected: [
                "invalid spec.versions[0].name \"V1\": \(dns1035)",
                #"invalid spec.versions [{"Name":"V1","Served":true,"Storage":false,"Deprecated":false,"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: must have exactly one version marked as storage version"#,
                "invalid spec.version \"V1\": \(dns1035)",
                "invalid spec.names.shortNames[0] \"X\": \(dns1035)",
                #"invalid spec.subresources.scale.specReplicasPath "spec.n": must be a simple json path starting with ."#,
                #"invalid spec.subresources.scale.statusReplicasPath ".spec.n": should be a json path under .status"#,
                #"invalid spec.additionalPrinterColumns[0].type "int": must be one of boolean,date,integer,number,string"#,
                #"invalid spec.additionalPrinterColumns[0].format "text": must be one of byte,date,date-time,double,float,int32,int64,password"#,
                #"invalid spec.additionalPrinterColumns[0].JSONPath "spec.n": must be a simple json path starting with ."#,
                #"invalid spec.selectableFields[0].jsonPath ".spec.n": is an invalid path: does not refer to a valid field"#,
                #"invalid spec.selectableFields[1].jsonPath ".spec": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."#,
                "forbidden spec.conversion.conversionReviewVersions: should not be set when strategy is not set to Webhook",
                "invalid status.storedVersions []: must have at least one stored version",
            ]),
        Case(
            json: """
                {"metadata":{"name":"as.b.k8s.io"},"spec":{"group":"b.k8s.io","names":{"plural":"as","singular":"a","kind":"A","listKind":"AList"},"scope":"Cluster",
                 "versions":[{"name":"v1","storage":true,"deprecationWarning":"old","schema":{"openAPIV3Schema":{"type":"object"}},"additionalPrinterColumns":[{"type":"date","jsonPath":".x"}]},
                 {"name":"v1","schema":{"openAPIV3Schema":{}}}],"conversion":{"strategy":"Webhook","webhook":{"clientConfig":{},"conversionReviewVersions":["v2","v2"]}}}}
                """,
            expected: [
                #"invalid spec.versions[0].deprecationWarning "old": can only be set for deprecated versions"#,
                "required spec.versions[0].additionalPrinterColumns[0].name",
                "required spec.versions[1].schema.openAPIV3Schema.type: must not be empty at the root",
                #"invalid spec.versions [{"Name":"v1","Served":false,"Storage":true,"Deprecated":false,"DeprecationWarning":"old","Schema":{"openAPIV3Schema":{"type":"object"}},"Subresources":null,"AdditionalPrinterColumns":[{"type":"date","jsonPath":".x"}],"SelectableFields":null},{"Name":"v1","Served":false,"Storage":false,"Deprecated":false,"DeprecationWarning":null,"Schema":{"openAPIV3Schema":{}},"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: must contain unique version names"#,
                "required spec.conversion.webhookClientConfig: exactly one of url or service is required",
                #"invalid spec.conversion.conversionReviewVersions[1] "v2": duplicate version"#,
                #"invalid spec.conversion.conversionReviewVersions ["v2","v2"]: must include at least one of v1, v1beta1"#,
                #"required metadata.annotations[api-approved.kubernetes.io]: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111"#,
            ]),
    ])
    func `says what is wrong with a definition`(_ c: Case) throws {
        let problems = CustomDefinitionCheck.problems(in: try Value(parsingJSON: c.json)) { _, _ in true }
        #expect(problems.map(Self.text) == c.expected)
    }

    @Test func `refuses changes of what may not change`() throws {
        let old: Value = [
            "spec": ["group": "a.b", "scope": "Cluster", "names": ["kind": "A", "plural": "as"]],
            "status": ["conditions": [["type": "Established", "status": "True"]]],
        ]
        var new = old
        new["spec", "scope"] = "Namespaced"
        #expect(CustomDefinitionCheck.problems(in: new, old: old).map(Self.text) == [#"invalid spec.scope "Namespaced": field is immutable"#])
    }

    @Test func `adds a definition's versions to the catalogue`() throws {
        let definition = try Value(
            parsingJSON: """
                {"spec":{"group":"lab.example.com","scope":"Namespaced","names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","shortNames":["gad"]},
                 "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":\(Self.gadget)},"subresources":{"status":{}},
                 "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}]}]}}
                """)
        let custom = CustomResourceTypes(definition: definition)
        var catalogue = Catalogue.standard
        catalogue.add(custom.versions.map(\.type))
        let found = try #require(catalogue.lookUp("gad"))
        #expect(found.isCustom && found.storageVersion == "v1" && found.subresources.map(\.name) == ["status"])
        #expect(found.columns.map(\.name) == ["Name", "Size"])
        #expect(found.schema.field("spec")?.type.field("tags")?.type.listType == .set)
        #expect(found.schema.field("metadata")?.type.name == "meta.v1.ObjectMeta")
        #expect(catalogue.groups.last?.name == "lab.example.com")
        #expect(Catalogue.standard.lookUp("gad") == nil)
        catalogue.removeCustom("gadgets", group: "lab.example.com")
        #expect(catalogue.lookUp("gad") == nil)
    }
}
