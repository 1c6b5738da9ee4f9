import Foundation
import Testing

@testable import Commands

@Suite struct ClusterFolderTests {
    @Test func `of several that want a folder one gets it`() throws {
        let folder = try CommandHome.folder("claimed")
        try? folder.delete()
        #expect(try folder.claim())
        #expect(try !folder.claim())
        // Whoever made it and never used it is not waited for without end.
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -3600)], ofItemAtPath: folder.path)
        #expect(try folder.claim())
        try folder.delete()
        #expect(try folder.claim())
        try folder.delete()
    }
}
