package offhook.media;

import java.util.stream.IntStream;

/// Decides how much CPU a loop's Opus encoders may spend, and whether it takes more calls: a
/// function of how busy the loop was, second by second. On the loop only.
///
/// Under pressure the complexity goes down a step at a time, to 2 and 0, and comes back the same
/// way; only below the last step are calls refused. Down is quick and up is slow, because a loop
/// that is late harms every call it has, and a complexity that is too low hardly harms one.
final class PressureGovernor {

    /// More than this share of a second outside `select` is too much: bursts find no room.
    static final double BUSY = 0.80;

    /// A loop that is less busy than this for long has room for the step above.
    static final double IDLE = 0.60;

    /// At the last step, more than this leaves no room for a new call.
    static final double FULL = 0.90;

    /// A few turns that come late are the machine's; so many in a second, two seconds in a row, are
    /// a loop's that does not get the CPU it needs.
    static final int MANY_LATE_TURNS = 5;

    private static final int LATE_SECONDS = 2;

    private static final int[] STEPS = {5, 2, 0};
    private static final int CALM_SECONDS = 10;
    private static final int FULL_SECONDS = 2;
    private static final int ROOM_SECONDS = 2;

    /// The configured complexity, then what lies below it.
    private final int[] levels;

    private int level;
    private int lateSeconds;
    private int calmSeconds;
    private int fullSeconds;
    private int roomSeconds;
    private boolean full;
    private long stepsDown;
    private long stepsUp;

    /// @param configured complexity of Opus, 0-10
    PressureGovernor(int configured) {
        levels =
                IntStream.concat(
                                IntStream.of(configured),
                                IntStream.of(STEPS).filter(step -> step < configured))
                        .toArray();
    }

    /// Takes account of about one second.
    ///
    /// @param busy the share of it that the loop did not wait for work, 0 to 1
    /// @param lateTurns how many turns did something more than 10 ms late
    void onSecond(double busy, int lateTurns) {
        lateSeconds = lateTurns >= MANY_LATE_TURNS ? lateSeconds + 1 : 0;
        boolean pressed = busy > BUSY || lateSeconds >= LATE_SECONDS;
        boolean lowest = level == levels.length - 1;
        fullSeconds = lowest && busy > FULL ? fullSeconds + 1 : 0;
        roomSeconds = busy <= BUSY ? roomSeconds + 1 : 0;
        full = full ? roomSeconds < ROOM_SECONDS : fullSeconds >= FULL_SECONDS;
        calmSeconds = lateSeconds == 0 && busy < IDLE ? calmSeconds + 1 : 0;
        if (pressed && !lowest) {
            level++;
            stepsDown++;
        } else if (calmSeconds >= CALM_SECONDS && level > 0) {
            level--;
            stepsUp++;
            calmSeconds = 0;
        }
    }

    /// What encoders use for their next frames.
    int complexity() {
        return levels[level];
    }

    /// Whether new calls are to be refused.
    boolean isFull() {
        return full;
    }

    /// How often the complexity was lowered.
    long stepsDown() {
        return stepsDown;
    }

    /// How often it was raised again.
    long stepsUp() {
        return stepsUp;
    }
}
