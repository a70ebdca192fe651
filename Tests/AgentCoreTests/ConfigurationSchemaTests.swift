import AgentCore
import EventModel
import Foundation
import Testing

@Suite struct ConfigurationSchemaTests {
    @Test("the schema says what the reads say")
    func schema() {
        let schema = WatchConfiguration.schema
        #expect(schema["type"] == "object")
        #expect(schema["additionalProperties"] == false)
        #expect(schema["required"] == ["url", "password"])
        #expect(
            schema["properties"]?.members?.map(\.name)
                == ["url", "password", "interval", "limit", "pageSize", "mode", "trust", "types", "path"])
        #expect(
            schema["properties"]?["pageSize"] == [
                "description": "Events a page.", "type": "integer", "minimum": 1, "maximum": 1000,
            ])
        #expect(schema["properties"]?["trust"]?["required"] == ["thumbprint"])
        #expect(schema["properties"]?["mode"]?["enum"] == ["poll", "push"])
    }

    @Test("a validator that knows only the schema accepts and refuses what the reader does")
    func validator() throws {
        guard Self.hasValidator else { return print("skipped: python3 has no jsonschema here") }
        let smallest = #""url":"https://vc1/sdk","password":{"env":"PW"}"#
        let texts = [
            "{\(smallest)}", #"{\#(smallest),"interval":"5s","limit":"1GiB","pageSize":5,"mode":"push","path":"/x"}"#,
            #"{\#(smallest),"trust":{"thumbprint":"AA"},"types":["vm.*","*"]}"#, "{}", #"{\#(smallest),"x":1}"#,
            #"{\#(smallest),"interval":"5"}"#, #"{\#(smallest),"interval":5}"#, #"{\#(smallest),"limit":"5MB"}"#,
            #"{\#(smallest),"pageSize":0}"#, #"{\#(smallest),"pageSize":"5"}"#, #"{\#(smallest),"mode":"pull"}"#,
            #"{\#(smallest),"trust":{}}"#, #"{\#(smallest),"trust":{"thumbprint":""}}"#, #"{\#(smallest),"types":[5]}"#,
            #"{\#(smallest),"types":["vm.*.x"]}"#, #"{\#(smallest),"types":["VM"]}"#, #"{\#(smallest),"path":""}"#,
            #"{"url":"https://vc1","password":"x"}"#, #"{"url":"https://vc1","password":{"env":"A","file":"B"}}"#,
            #"{"url":"ftp://vc1","password":{"env":"A"}}"#, #"{"url":"https://u:p@vc1","password":{"env":"A"}}"#,
            #"{"url":"https://","password":{"env":"A"}}"#,
        ]
        let verdicts = try Self.validate(texts, against: WatchConfiguration.schema)
        for (text, isValid) in zip(texts, verdicts) {
            #expect(try WatchConfiguration.read(text).1.isEmpty == isValid, "\(text)")
        }
        #expect(verdicts.count { $0 } == 3)
    }

    private static var hasValidator: Bool {
        (try? python("import jsonschema", input: "")) != nil
    }

    private static func validate(_ texts: [String], against schema: JSONValue) throws -> [Bool] {
        let program = """
            import json, sys, jsonschema
            lines = sys.stdin.read().splitlines()
            schema = json.loads(lines[0])
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            for line in lines[1:]: print(validator.is_valid(json.loads(line)))
            """
        let lines = [String(decoding: JSONText(schema).bytes, as: UTF8.self)] + texts
        let output = try python(program, input: lines.joined(separator: "\n"))
        return output.split(separator: "\n").map { $0 == "True" }
    }

    private static func python(_ program: String, input: String) throws -> String {
        let process = Process()
        let (stdin, stdout) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, FileHandle.nullDevice)
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        struct Failed: Error {}
        guard process.terminationStatus == 0 else { throw Failed() }
        return String(decoding: output, as: UTF8.self)
    }
}
