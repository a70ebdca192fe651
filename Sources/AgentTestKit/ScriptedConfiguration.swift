package import AgentCore

/// The configuration of doubles: none.
package struct ScriptedConfiguration: Configurable {
    package init() {}

    package init(from reader: inout ConfigurationReader) {}
}
