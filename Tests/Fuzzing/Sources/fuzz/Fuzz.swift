import CLibFuzzer
import Foundation
import FuzzTargets

/// `fuzz TARGET …` runs one target under libFuzzer, whose arguments follow; `fuzz --list`; `fuzz --seeds TARGET FOLDER`
/// writes what it begins with.
@main
enum Fuzz {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "--list": for target in FuzzTarget.all { print(target.name) }
        case "--seeds" where arguments.count == 3: writeSeeds(of: arguments[2], to: arguments[3])
        case let name?: Driver.run(target(name))
        case nil: end("fuzz TARGET [libFuzzer's arguments] | --list | --seeds TARGET FOLDER")
        }
    }

    private static func target(_ name: String) -> FuzzTarget {
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            end("there is no target \"\(name)\"; fuzz --list shows them")
        }
        return target
    }

    private static func writeSeeds(of name: String, to folder: String) {
        let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(5).joined(separator: "/")
        let seeds = target(name).seeds(SeedFiles(root: root))
        for (number, seed) in seeds.enumerated() {
            guard FileManager.default.createFile(atPath: "\(folder)/seed-\(number)", contents: Data(seed)) else {
                end("cannot write \"\(folder)/seed-\(number)\"")
            }
        }
    }

    private static func end(_ reason: String) -> Never {
        FileHandle.standardError.write(Data("fuzz: \(reason)\n".utf8))
        exit(64)
    }
}
