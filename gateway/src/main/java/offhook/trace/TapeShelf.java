package offhook.trace;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallId;

/// The tapes of calls that live and of those that are over, as many as there is room for. When it
/// is full, the tape goes that was quiet for longest, one of a call that lives only when there is
/// no other. On the recorder's owner.
final class TapeShelf {

    private static final int MAX_TAPES = 20_000;

    private final long maxBytes;
    private final Map<String, CallTape> byName = new HashMap<>();
    private final Map<CallId, CallTape> byCall = new HashMap<>();

    /// All of them, the quietest first.
    private final Set<CallTape> all = new LinkedHashSet<>();

    private long bytes;

    TapeShelf(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// Keeps a message; returns the tape it is on.
    CallTape add(Recorded message) {
        CallTape tape = byName.get(message.name());
        if (tape == null) {
            tape = new CallTape();
            tape.names().add(message.name());
            byName.put(message.name(), tape);
        }
        touch(tape);
        long before = tape.bytes();
        tape.add(message);
        bytes += tape.bytes() - before;
        trim(tape);
        return tape;
    }

    /// A conversation is part of a call.
    void claim(String name, CallId call) {
        CallTape tape = of(call);
        CallTape before = byName.put(name, tape);
        tape.names().add(name);
        if (before == null || before.equals(tape)) {
            return;
        }
        if (before.call().isPresent()) {
            before.names().remove(name); // A dialog that another call took over.
            return;
        }
        bytes -= before.bytes() + (long) tape.bytes();
        all.remove(before);
        tape.takeOver(before);
        bytes += tape.bytes();
        before.names().forEach(each -> byName.put(each, tape));
        trim(tape);
    }

    void begin(CallId call) {
        of(call).lives(true);
    }

    void end(CallId call) {
        CallTape tape = byCall.get(call);
        if (tape != null) {
            tape.lives(false);
        }
    }

    Optional<CallTape> find(CallId call) {
        return Optional.ofNullable(byCall.get(call));
    }

    private CallTape of(CallId call) {
        CallTape tape = byCall.get(call);
        if (tape == null) {
            tape = new CallTape();
            tape.isOf(call);
            byCall.put(call, tape);
        }
        touch(tape);
        return tape;
    }

    private void touch(CallTape tape) {
        all.remove(tape);
        all.add(tape);
    }

    private void trim(CallTape current) {
        while (bytes > maxBytes || all.size() > MAX_TAPES) {
            Optional<CallTape> quiet =
                    all.stream()
                            .filter(tape -> !tape.equals(current) && !tape.isLive())
                            .findFirst()
                            .or(() ->
                                    all.stream().filter(tape -> !tape.equals(current)).findFirst());
            if (quiet.isEmpty()) {
                return;
            }
            forget(quiet.get());
        }
    }

    private void forget(CallTape tape) {
        all.remove(tape);
        bytes -= tape.bytes();
        tape.names().forEach(name -> byName.remove(name, tape));
        tape.call().ifPresent(call -> byCall.remove(call, tape));
    }

    long bytes() {
        return bytes;
    }
}
