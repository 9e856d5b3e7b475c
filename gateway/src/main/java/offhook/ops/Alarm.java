package offhook.ops;

import java.time.Instant;
import java.util.Locale;

/// Something that an operator should look at, for as long as it lasts.
///
/// @param kind what sort of thing
/// @param subject which one: a trunk, a loop, a call; empty where there is only one
/// @param text in words
/// @param since when it was raised
public record Alarm(Kind kind, String subject, String text, Instant since) {

    /// Every sort there is, and how long it must last before it is raised, and be gone before it is
    /// cleared: what comes and goes would be a stream of news that nobody reads.
    public enum Kind {
        /// A trunk has no place where it takes requests.
        TRUNK_DOWN(Severity.CRITICAL, 2, 5),
        /// A registrar refuses us or does not answer.
        REGISTRATION_FAILED(Severity.CRITICAL, 5, 2),
        /// A certificate expires soon.
        CERTIFICATE(Severity.WARNING, 0, 0),
        /// A media loop refuses new calls.
        CPU_PRESSURE(Severity.CRITICAL, 2, 10),
        /// Few trunk ports are left. A pair has rested before it counts as free: that is damping
        /// enough.
        PORTS(Severity.WARNING, 1, 5),
        /// Few file descriptors are left to this process. Between its marks lie calls enough: that
        /// is damping, too.
        DESCRIPTORS(Severity.WARNING, 1, 5),
        /// Somebody is not heard.
        ONE_WAY_AUDIO(Severity.WARNING, 3, 3),
        /// A SIP listener is not read any more, or takes nothing.
        LISTENER(Severity.CRITICAL, 1, 10),
        /// Call records find no way into their database, or onto the disk.
        RECORDS(Severity.CRITICAL, 2, 2),
        /// The audit log cannot be written, has lost entries, or was changed by somebody else.
        AUDIT(Severity.CRITICAL, 1, 2),
        /// The gateway called itself, and one end did not hear the other.
        PROBE(Severity.CRITICAL, 0, 0),
        /// A black box of a call could not be written.
        BOXES(Severity.WARNING, 0, 2),
        /// The wall clock of this machine jumped.
        CLOCK_JUMP(Severity.WARNING, 0, 60);

        private final Severity severity;
        private final int raiseSeconds;
        private final int clearSeconds;

        Kind(Severity severity, int raiseSeconds, int clearSeconds) {
            this.severity = severity;
            this.raiseSeconds = raiseSeconds;
            this.clearSeconds = clearSeconds;
        }

        /// As operations see it.
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        Severity severity() {
            return severity;
        }

        int raiseSeconds() {
            return raiseSeconds;
        }

        int clearSeconds() {
            return clearSeconds;
        }
    }

    /// How soon somebody should look.
    enum Severity {
        /// Calls are lost, or what has to be kept of them.
        CRITICAL,
        /// Calls will be lost, or sound bad.
        WARNING;

        /// As operations see it.
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What to do about it.
    String remedy() {
        return AlarmRemedy.of(kind, subject);
    }

    /// One line for people.
    @Override
    public String toString() {
        return kind.key() + (subject.isEmpty() ? "" : " " + subject) + ": " + text;
    }
}
