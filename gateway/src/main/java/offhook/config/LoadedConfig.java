package offhook.config;

import java.util.List;

/// A configuration and what its operator should know about it.
///
/// @param warnings one line each, `file:line:column: key: what`
public record LoadedConfig(GatewayConfig config, List<String> warnings) {

    public LoadedConfig {
        warnings = List.copyOf(warnings);
    }
}
