package offhook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Who the process runs as.
final class ProcessUser {

    private static final Path SELF = Path.of("/proc/self");

    private ProcessUser() {}

    /// Whether it may do everything on this machine. By the owner of the process where the system
    /// shows it: names can be changed.
    static boolean isRoot() {
        try {
            if (Files.exists(SELF)) {
                return Files.getAttribute(SELF, "unix:uid") instanceof Integer uid && uid == 0;
            }
        } catch (IOException | UnsupportedOperationException _) {
            // No such view here: the name must do.
        }
        return "root".equals(System.getProperty("user.name"));
    }
}
