import KubernetesObjects

/// A map: computed entries, or the fields of an object as they stand.
///
/// - Order: that of the entries.
package struct CELMap: Sendable, Sequence {
    /// A key without its type, since `1`, `1u` and `1.0` find the same entry.
    enum Key: Hashable, Sendable {
        case bool(Bool)
        case string(String)
        case int(Int64)
        case uint(UInt64)

        /// Nil for a value that cannot be a key.
        init?(_ value: CELValue) {
            switch value {
            case .bool(let flag): self = .bool(flag)
            case .string(let text): self = .string(text)
            case .int(let number): self = .int(number)
            case .uint(let number): self = Int64(exactly: number).map(Key.int) ?? .uint(number)
            case .double(let number):
                if let whole = Int64(exactly: number) {
                    self = .int(whole)
                } else if let whole = UInt64(exactly: number) {
                    self = .uint(whole)
                } else {
                    return nil
                }
            default: return nil
            }
        }
    }

    private enum Storage: Sendable {
        case entries([(key: CELValue, value: CELValue)], [Key: Int])
        case json(Fields, CELType)
        case object(Fields, CELObjectType)
    }

    private let storage: Storage
    /// The type of an object that an expression made: `Object.spec`; nil for all else.
    package let typeName: String?

    /// Makes a map; of equal keys the last wins. Values that cannot be keys are left out.
    package init(_ entries: [(key: CELValue, value: CELValue)], typeName: String? = nil) {
        self.typeName = typeName
        var kept: [(key: CELValue, value: CELValue)] = []
        var index: [Key: Int] = [:]
        for entry in entries {
            guard let key = Key(entry.key) else { continue }
            if let position = index[key] {
                kept[position].value = entry.value
            } else {
                index[key] = kept.count
                kept.append(entry)
            }
        }
        storage = .entries(kept, index)
    }

    package init(_ fields: Fields, element: CELType) {
        typeName = nil
        storage = .json(fields, element)
    }

    package init(_ fields: Fields, object: CELObjectType) {
        typeName = nil
        storage = .object(fields, object)
    }

    /// The tree it was made of.
    var source: Fields? {
        switch storage {
        case .entries: nil
        case .json(let fields, _), .object(let fields, _): fields
        }
    }

    /// The object type of a typed object.
    var object: CELObjectType? { if case .object(_, let object) = storage { object } else { nil } }

    package var count: Int {
        switch storage {
        case .entries(let entries, _): entries.count
        case .json(let fields, _), .object(let fields, _): fields.count
        }
    }

    /// The value of a key.
    package subscript(key: CELValue) -> CELValue? {
        switch storage {
        case .entries(let entries, let index):
            guard let key = Key(key), let position = index[key] else { return nil }
            return entries[position].value
        case .json, .object:
            guard case .string(let name) = key else { return nil }
            return self[name]
        }
    }

    /// The value of a field.
    package subscript(name: String) -> CELValue? {
        switch storage {
        case .entries(let entries, let index): return index[.string(name)].map { entries[$0].value }
        case .json(let fields, let type): return fields[name].map { CELValue($0, as: type) }
        case .object(let fields, let object):
            let type = object.schema.fieldType(name) ?? .dyn
            return fields[object.schema.jsonName(name)].map { CELValue($0, as: type) }
        }
    }

    package func makeIterator() -> AnyIterator<(key: CELValue, value: CELValue)> {
        var position = 0
        return AnyIterator {
            defer { position += 1 }
            switch storage {
            case .entries(let entries, _): return position < entries.count ? entries[position] : nil
            case .json(let fields, let type):
                guard position < fields.count else { return nil }
                return (.string(fields[position].key), CELValue(fields[position].value, as: type))
            case .object(let fields, let object):
                guard position < fields.count else { return nil }
                let name = CELNames.escaped(fields[position].key) ?? fields[position].key
                return (.string(name), CELValue(fields[position].value, as: object.schema.fieldType(name) ?? .dyn))
            }
        }
    }
}
