package offhook.e2e.bench;

import java.nio.file.Path;
import offhook.config.ConfigException;
import offhook.config.ConfigLoader;
import offhook.e2e.process.DemoConfig;

/// A gateway with as many agents as calls; number `1000 + i` rings agent `i`.
final class BenchConfig {
    static final String PASSWORD = "bench";

    /// Of the password, at bcrypt's least cost.
    private static final String HASH =
            "$2a$04$gLFTDHZHJkiN.45XqIu3ceARwhblZ2hW4TJiHg11vK4Feu6fNN8h2";

    private static final int FIRST_NUMBER = 1000;

    private BenchConfig() {}

    static String agent(int index) {
        return "agent" + index;
    }

    static String number(int index) {
        return Integer.toString(FIRST_NUMBER + index);
    }

    /// Finds out, before anything is measured, whether this gateway takes the mode's configuration.
    ///
    /// @throws IllegalArgumentException with what it says against it
    static void check(Path work, Mode mode) {
        Path file = write(work.resolve(mode.toString()), mode, 1).file();
        try {
            ConfigLoader.load(file);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(
                    "this gateway does not support the mode "
                            + mode
                            + ":\n"
                            + String.join("\n", e.problems()),
                    e);
        }
    }

    /// The configuration of a gateway whose agents only wait.
    static DemoConfig writeIdle(Path folder, int agents) {
        return write(folder, Mode.PASSTHROUGH, agents);
    }

    static DemoConfig write(Path folder, Mode mode, int agents) {
        var routes = new StringBuilder();
        var users = new StringBuilder();
        for (int i = 0; i < agents; i++) {
            routes.append(
                    "  - {trunk: bench, number: \"%s\", to: \"agent:%s\"}%n"
                            .formatted(number(i), agent(i)));
            users.append("    - {name: %s, password-hash: \"%s\"}%n".formatted(agent(i), HASH));
        }
        String text =
                """
                node: {name: bench, advertise: 127.0.0.1}
                sip:
                  listen: ["udp://127.0.0.1:5060"]
                trunks:
                  - {name: bench, addresses: [127.0.0.1/32], codecs: %s}
                routes:
                %sagents:
                  users:
                %sweb: {listen: "http://127.0.0.1:8080"}
                media:
                  listen: udp://127.0.0.1:7882
                  browser-codecs: %s
                  opus: {complexity: 5, dtx: %s}
                ops: {listen: "http://127.0.0.1:8081"}
                limits: {max-calls: %d, sip-requests-per-second: 1000}
                """
                        .formatted(
                                mode.trunkCodecs(),
                                routes,
                                users,
                                mode.browserCodecs(),
                                mode.dtx(),
                                agents + 10);
        return DemoConfig.onFreePorts(folder, _ -> text);
    }
}
