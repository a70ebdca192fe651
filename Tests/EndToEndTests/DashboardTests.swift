import AgentTestKit
import Glibc
import Testing

@Suite("The dashboard in a browser")
struct DashboardTests {
    private static let programs = ["/usr/bin/chromedriver", "/usr/bin/chromium", "/usr/bin/python3"]

    @Test(
        "shows what happens within a second, goes on after a restart, filters, acts, and takes names for text",
        .enabled(
            if: programs.allSatisfy { access($0, X_OK) == 0 }, "needs chromium, chromium-driver, python3-selenium"),
        .timeLimit(.minutes(5)))
    func whole() async throws {
        let folder = try TemporaryDirectory("dashboard")
        let script = #filePath.replacing("EndToEndTests/DashboardTests.swift", with: "Dashboard/dashboard.py")
        let browser = try ChildProcess(
            .init(
                "/usr/bin/python3", [script, BuiltProduct.path("guestwatch"), folder.path],
                environment: ["PYTHONDONTWRITEBYTECODE": "1", "HOME": folder.path], directory: folder.path))
        let exit = try await browser.waitForExit(limit: .seconds(240))
        let log = TestFile.text(folder.path("agent.log")) ?? ""
        #expect(exit == .code(0), "\(browser.output)\(browser.errors)\nthe agent: \(log.suffix(2000))")
        #expect(browser.output.split(separator: "\n").count >= 14, "\(browser.output)")
    }
}
