package offhook.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import offhook.ops.ReloadLine;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Another configuration, made ready by the rooms: nothing is changed before [#take], and then all
/// of it is; what was taken is finished by [#finish]. On one thread.
///
/// What can fail, or takes its time, was done before, or comes after. A step that throws all the
/// same is a defect of ours: it is told, and keeps no other from being done.
final class Change {

    private static final Logger LOG = LogManager.getLogger(Change.class);

    /// What one room does.
    ///
    /// @param room for the operator, should it fail
    /// @param work what it says is told to the operator
    record Step(String room, Supplier<Optional<String>> work) {

        /// With nothing to tell.
        static Step of(String room, Runnable work) {
            return new Step(
                    room,
                    () -> {
                        work.run();
                        return Optional.empty();
                    });
        }
    }

    private final Predicate<Runnable> place;
    private final List<Step> taking;
    private final Runnable dropping;
    private final List<Step> finishing;
    private final List<String> signedOut;

    /// Rooms that failed. Written at the place, read when that is over.
    private final List<String> failed = new ArrayList<>();

    /// What rooms had to say. As those.
    private final List<String> said = new ArrayList<>();

    /// @param place has work done there, and waits for it; false when it was not done and never is
    /// @param taking exchanges what the rooms go by, in this order; waits for nothing
    /// @param dropping undoes what making ready began, if it is not taken
    /// @param finishing follows when it was taken, and may wait for disks and peers
    /// @param signedOut the agents who are signed out after their calls, by sign-in name
    Change(
            Predicate<Runnable> place,
            List<Step> taking,
            Runnable dropping,
            List<Step> finishing,
            List<String> signedOut) {
        this.place = place;
        this.taking = List.copyOf(taking);
        this.dropping = dropping;
        this.finishing = List.copyOf(finishing);
        this.signedOut = List.copyOf(signedOut);
    }

    /// Takes all of it, or nothing.
    ///
    /// @return whether it was taken
    boolean take() {
        boolean taken = place.test(() -> doEach(taking));
        if (!taken) {
            dropping.run();
        }
        return taken;
    }

    /// Does what follows when it was taken.
    ///
    /// @return what there is to tell of it besides what changed, a line each
    List<String> finish() {
        doEach(finishing);
        List<String> lines = new ArrayList<>();
        if (!signedOut.isEmpty()) {
            lines.add(
                    "signed out, after the calls that they have: " + String.join(", ", signedOut));
        }
        lines.addAll(said);
        failed.forEach(room ->
                lines.add(
                        ReloadLine.Kind.WARNING.line(
                                "a defect of the gateway, not of the file: "
                                        + room
                                        + " may not go by it; see the log, and restart when calls"
                                        + " allow")));
        return lines;
    }

    private void doEach(List<Step> steps) {
        for (Step step : steps) {
            try {
                step.work().get().ifPresent(said::add);
            } catch (RuntimeException defect) {
                LOG.error("a defect when {} took up the configuration", step.room(), defect);
                failed.add(step.room());
            }
        }
    }
}
