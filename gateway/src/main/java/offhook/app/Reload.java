package offhook.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.config.ConfigException;
import offhook.config.GatewayConfig;
import offhook.config.LoadedConfig;
import offhook.ops.ReloadLine;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Reads the configuration again and lets the rooms that run take up what they can without touching
/// a call that lives. What they cannot is told, and kept as it was. One at a time.
final class Reload {

    private static final Logger LOG = LogManager.getLogger(Reload.class);

    /// The rooms that run.
    interface Rooms {

        /// Looks whether files of TLS were exchanged that may be.
        void refreshCertificates();

        /// Makes ready another configuration; changes nothing.
        ///
        /// @throws IllegalArgumentException when it cannot be taken up, saying why
        Change prepare(GatewayConfig wanted);
    }

    private static final String BUSY =
            "the directory of agents is too busy and did not come to it in time; try again";

    private final ConfigSource source;
    private final Rooms rooms;

    /// What runs; exchanged under this object's own order, one caller after the other.
    private GatewayConfig running;

    /// @param running what was started with
    Reload(GatewayConfig running, ConfigSource source, Rooms rooms) {
        this.running = running;
        this.source = source;
        this.rooms = rooms;
    }

    /// Once.
    ///
    /// @return what changed and what needs a restart, a line each
    /// @throws IllegalArgumentException when the file cannot serve, with all that is wrong, or the
    ///   gateway cannot take it up now; nothing changed then
    synchronized List<String> now() {
        LoadedConfig read = read();
        rooms.refreshCertificates();
        Takeover takeover = Takeover.of(running, read.config());
        List<String> lines = new ArrayList<>(takeover.lines());
        if (!takeover.next().equals(running)) {
            Change change = prepare(takeover.next());
            if (!change.take()) {
                throw refused(BUSY, new IllegalStateException("the directory of agents is busy"));
            }
            running = takeover.next();
            lines.addAll(change.finish());
        }
        if (lines.isEmpty()) {
            lines.add("nothing changed");
        }
        read.warnings().forEach(warning -> lines.add(ReloadLine.Kind.WARNING.line(warning)));
        LOG.info("reload: {}", lines);
        return List.copyOf(lines);
    }

    private LoadedConfig read() {
        try {
            return source.load();
        } catch (ConfigException e) {
            throw refused(String.join("\n", e.problems()), e);
        }
    }

    private Change prepare(GatewayConfig next) {
        try {
            Takeover.contradiction(next)
                    .ifPresent(why -> {
                        throw new IllegalArgumentException(why);
                    });
            return rooms.prepare(next);
        } catch (IllegalArgumentException e) {
            throw refused(Optional.ofNullable(e.getMessage()).orElse(e.toString()), e);
        } catch (RuntimeException defect) {
            LOG.error("a defect when the configuration was made ready", defect);
            throw refused("a defect of the gateway, not of the file: " + defect, defect);
        }
    }

    private static IllegalArgumentException refused(String why, Exception cause) {
        LOG.warn("reload refused, nothing changed: {}", why);
        return new IllegalArgumentException("nothing changed: " + why, cause);
    }
}
