package offhook.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// The sockets of this machine as Linux shows them in `/proc`. Elsewhere, and of processes of other
/// users, nothing is known.
final class SocketTable {

    /// Of `/proc/net/tcp`: a listener.
    private static final String LISTENS = "0A";

    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private final Path proc;

    SocketTable() {
        this(Path.of("/proc"));
    }

    SocketTable(Path proc) {
        this.proc = proc;
    }

    /// Who holds a port, in words; empty when nobody can tell.
    Optional<String> holder(boolean udp, int port) {
        OptionalLong pid = pidOf(udp, port);
        return pid.isEmpty()
                ? Optional.empty()
                : Optional.of("process " + pid.getAsLong() + " (" + name(pid.getAsLong()) + ")");
    }

    /// Which process holds a port.
    OptionalLong pidOf(boolean udp, int port) {
        Set<String> inodes = inodes(udp, port);
        if (inodes.isEmpty()) {
            return OptionalLong.empty();
        }
        try (Stream<Path> entries = Files.list(proc)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .mapToLong(Long::parseLong)
                    .filter(pid -> holdsAny(pid, inodes))
                    .findFirst();
        } catch (IOException | UncheckedIOException _) {
            return OptionalLong.empty();
        }
    }

    private Set<String> inodes(boolean udp, int port) {
        Set<String> inodes = new HashSet<>();
        String suffix = ":%04X".formatted(port);
        for (String file : udp ? List.of("udp", "udp6") : List.of("tcp", "tcp6")) {
            try {
                for (String line : Files.readAllLines(proc.resolve("net").resolve(file))) {
                    String[] fields = line.strip().split("\\s+", -1);
                    if (fields.length > INODE
                            && fields[LOCAL].endsWith(suffix)
                            && (udp || fields[STATE].equals(LISTENS))) {
                        inodes.add("socket:[" + fields[INODE] + "]");
                    }
                }
            } catch (IOException _) {
                // No Linux, or no IPv6.
            }
        }
        return inodes;
    }

    private boolean holdsAny(long pid, Set<String> inodes) {
        try (Stream<Path> handles = Files.list(proc.resolve(pid + "/fd"))) {
            return handles.anyMatch(handle -> inodes.contains(target(handle)));
        } catch (IOException | UncheckedIOException _) {
            return false; // of another user, or over
        }
    }

    private static String target(Path handle) {
        try {
            return Files.readSymbolicLink(handle).toString();
        } catch (IOException _) {
            return "";
        }
    }

    private String name(long pid) {
        try {
            return Files.readString(proc.resolve(pid + "/comm")).strip();
        } catch (IOException _) {
            return "unknown";
        }
    }
}
