import ArgumentParser

@main
struct GuestwatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "guestwatch")
}
