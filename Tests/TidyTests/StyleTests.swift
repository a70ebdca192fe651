import Testing

@Suite("The style")
struct StyleTests {
    static let maximumFileLines = 400
    static let maximumFunctionLines = 70
    static let maximumColumns = 120

    @Test("no file, function or line is too long", arguments: ["Sources", "Tests"])
    func sizes(folder: String) throws {
        for file in try Tree.swiftFiles(in: folder) {
            #expect(file.lines.count <= Self.maximumFileLines + 1, "\(file) has \(file.lines.count) lines")
            // The text of a literal does not count: messages are found by searching for them whole.
            for (number, line) in zip(file.lines, file.code).map({ $0.contains("\"") ? $1 : $0 }).enumerated() {
                #expect(line.count <= Self.maximumColumns, "\(file):\(number + 1) has \(line.count) columns")
            }
            for function in functions(of: file) {
                #expect(
                    function.length <= Self.maximumFunctionLines, "\(file):\(function.line): \(function.length) lines")
            }
        }
    }

    @Test("nothing in Sources can stop the agent or is left unfinished")
    func forbidden() throws {
        let words = ["try!", "as!", "fatalError(", "Date()", "Task.sleep", "ProcessInfo"]
        for file in try Tree.swiftFiles(in: "Sources") {
            for (number, line) in file.code.enumerated() {
                for word in words { #expect(!line.contains(word), "\(file):\(number + 1): \(word)") }
                #expect(!line.contains(/[\w\)\]]!(\.|\)|,|\s*$|\[)/), "\(file):\(number + 1): force unwrap: \(line)")
            }
            for (number, line) in file.lines.enumerated() {
                #expect(!line.contains(/\b(TODO|FIXME|XXX|HACK)\b/), "\(file):\(number + 1): unfinished")
            }
        }
    }

    @Test("no system path stands in the code outside the composition root and its defaults")
    func paths() throws {
        for file in try Tree.swiftFiles(in: "Sources")
        where file.target != "guestwatch" && file.target != "AgentTestKit" {
            for (number, line) in file.lines.enumerated()
            where !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") {
                #expect(!line.contains(/"\/(proc|sys|etc|run|tmp|dev)\//), "\(file):\(number + 1)")
            }
        }
    }

    @Test("what is unsafe says why it holds")
    func unsafe() throws {
        for file in try Tree.swiftFiles(in: "Sources") {
            let isUnsafe = file.code.contains {
                $0.contains("Unsafe") || $0.contains("@unchecked") || $0.contains("unsafe")
            }
            if isUnsafe { #expect(file.text.contains("// SAFETY:"), "\(file)") }
        }
    }

    @Test("types are named in the project's words")
    func names() throws {
        let banned = [
            "Manager", "Helper", "Util", "Handler", "Processor", "Base", "Impl", "Data", "Info", "Receiver", "Exporter",
        ]
        // Named by others: swift-log's protocol, the side of a transfer that takes the body, a class of vim25.
        let allowed = ["EventManager", "AgentLogHandler", "HTTPBodyReceiver", "AboutInfo"]
        for file in try Tree.swiftFiles(in: "Sources") {
            for line in file.code {
                guard let match = line.firstMatch(of: /\b(?:struct|class|enum|actor|protocol) (\w+)/) else { continue }
                let name = String(match.output.1)
                for word in banned where !allowed.contains(name) {
                    #expect(!name.hasSuffix(word), "\(file): \(name)")
                }
            }
        }
    }

    @Test("every type and every function that others may call has its sentence")
    func documentation() throws {
        for file in try Tree.swiftFiles(in: "Sources") {
            for (number, line) in file.lines.enumerated() where isDocumentable(line) {
                #expect(hasDocumentation(file.lines, above: number), "\(file):\(number + 1): \(line)")
            }
        }
    }

    private func isDocumentable(_ line: String) -> Bool {
        if line.contains("private") || line.contains("override") { return false }
        if line.firstMatch(of: /^(package |final |public |indirect |static )*(struct|class|enum|actor|protocol) \w/)
            != nil
        {
            return true
        }
        return false
    }

    private func hasDocumentation(_ lines: [String], above number: Int) -> Bool {
        var index = number - 1
        while index >= 0, lines[index].trimmingPrefix(while: \.isWhitespace).hasPrefix("@") { index -= 1 }
        return index >= 0 && lines[index].trimmingPrefix(while: \.isWhitespace).hasPrefix("///")
    }

    private func functions(of file: Tree.File) -> [(line: Int, length: Int)] {
        var found: [(Int, Int)] = []
        var open: (start: Int, indent: Substring)?
        for (number, line) in file.lines.enumerated() {
            if let match = line.firstMatch(of: /^(\s*)(?:[@\w().]+ )*(?:func|init)\b/), open == nil {
                open = (number, match.output.1)
            } else if let current = open, line == current.indent + "}" {
                found.append((current.start + 1, number - current.start + 1))
                open = nil
            } else if let current = open, !line.hasPrefix(current.indent), !line.isEmpty {
                open = nil
            }
        }
        return found
    }
}
