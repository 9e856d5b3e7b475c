package offhook.config;

import java.nio.file.Path;
import java.util.Optional;

/// Configurations as text.
abstract class ConfigTexts {

    static final String HASH = "$2b$10$" + "a".repeat(53);
    static final String TRUNK = "trunks: [{name: pbx, addresses: [192.0.2.0/24]}]\n";
    static final String ALICE =
            "agents: {users: [{name: alice, password-hash: \"" + HASH + "\"}]}\n";

    static Object[] bad(String text, String... problems) {
        return new Object[] {text, problems};
    }

    static LoadedConfig load(String text) throws ConfigException {
        return ConfigLoader.load("gateway.yaml", text, _ -> Optional.empty(), Path.of("."));
    }
}
