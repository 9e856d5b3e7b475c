package offhook.call;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import offhook.call.CallInput.DigitReceived;

/// Hears each key press of one leg's peer once. Some peers tell a press in two ways at once, and
/// nobody knows which telling comes first: an INFO at the press, the event at the release, the tone
/// in between.
///
/// The rule: a digit is the double of one taken before that came by another path, has the same key,
/// and lies at most two seconds back from the press; each digit taken has one double a path. And
/// tones are not believed any more once the peer has shown that it signals. At most 20 digits a
/// second are taken, whatever their path.
///
/// Owned by its call; pure.
final class DigitEar {

    /// What is to be done with a digit.
    enum Verdict {
        TAKEN,
        DOUBLE,
        FLOOD
    }

    private static final long DOUBLE_NANOS = 2_000_000_000L;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int MOST_PER_SECOND = 20;

    /// More than come within the time in which a double is expected.
    private static final int REMEMBERED = 64;

    private final List<Taken> recent = new ArrayList<>();
    private final Deque<Long> lastSecond = new ArrayDeque<>();
    private final Map<DigitPath, Integer> counts = new EnumMap<>(DigitPath.class);
    private boolean signals;

    Verdict hear(DigitReceived input, long nowNanos) {
        signals |= input.path() != DigitPath.INBAND;
        if (signals && input.path() == DigitPath.INBAND) {
            return Verdict.DOUBLE;
        }
        long pressedNanos = nowNanos - input.durationMillis() * 1_000_000L;
        recent.removeIf(taken -> nowNanos - taken.nanos > 10 * DOUBLE_NANOS);
        for (Taken taken : recent) {
            if (taken.digit == input.digit()
                    && taken.path != input.path()
                    && pressedNanos - taken.nanos <= DOUBLE_NANOS
                    && taken.doubles.add(input.path())) {
                return Verdict.DOUBLE;
            }
        }
        while (!lastSecond.isEmpty() && nowNanos - lastSecond.getFirst() >= SECOND_NANOS) {
            lastSecond.removeFirst();
        }
        if (lastSecond.size() == MOST_PER_SECOND) {
            return Verdict.FLOOD;
        }
        lastSecond.addLast(nowNanos);
        if (recent.size() == REMEMBERED) {
            recent.removeFirst();
        }
        recent.add(
                new Taken(input.digit(), input.path(), nowNanos, EnumSet.noneOf(DigitPath.class)));
        counts.merge(input.path(), 1, Integer::sum);
        return Verdict.TAKEN;
    }

    /// How many digits were taken, by path; not which.
    Map<DigitPath, Integer> counts() {
        return Map.copyOf(counts);
    }

    private record Taken(char digit, DigitPath path, long nanos, EnumSet<DigitPath> doubles) {}
}
