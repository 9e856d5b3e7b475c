package offhook.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallId;

/// The messages of one call, or of a conversation that is of no call yet. When there are too many,
/// some from its middle go: how it began and how it ended stay. On the recorder's owner.
final class CallTape {

    private static final int MAX_MESSAGES = 1_000;
    private static final int MAX_BYTES = 1024 * 1024;

    /// How many stay whatever follows.
    private static final int BEGINNING = 50;

    private final Set<String> names = new LinkedHashSet<>();
    private final List<Recorded> messages = new ArrayList<>();
    private Optional<CallId> call = Optional.empty();
    private boolean live;
    private int bytes;
    private int leftOut;

    Optional<CallId> call() {
        return call;
    }

    void isOf(CallId id) {
        call = Optional.of(id);
    }

    boolean isLive() {
        return live;
    }

    void lives(boolean now) {
        live = now;
    }

    /// What names its conversations, the oldest first.
    Set<String> names() {
        return names;
    }

    int bytes() {
        return bytes;
    }

    void add(Recorded message) {
        messages.add(message);
        bytes += message.weightBytes();
        while (messages.size() > BEGINNING + 1
                && (messages.size() > MAX_MESSAGES || bytes > MAX_BYTES)) {
            bytes -= messages.remove(BEGINNING).weightBytes();
            leftOut++;
        }
    }

    void takeOver(CallTape other) {
        names.addAll(other.names);
        other.messages.forEach(this::add);
        leftOut += other.leftOut;
    }

    Tape copy() {
        return new Tape(
                messages.stream().sorted(Comparator.comparing(Recorded::at)).toList(),
                List.copyOf(names),
                leftOut);
    }
}
