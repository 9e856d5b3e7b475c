package offhook.ops;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What to do about an alarm, in one place for commands, JMX, the operations page and
/// `gateway/docs/operations.md`.
final class AlarmRemedy {

    /// Stands for what the alarm is about.
    private static final String SUBJECT = "SUBJECT";

    private AlarmRemedy() {}

    /// @param subject which one of its kind
    static String of(Alarm.Kind kind, String subject) {
        Map<String, String> remedies = bySubject(kind);
        String words = remedies.getOrDefault(subject, remedies.get(""));
        return words == null ? ofAll(kind) : words.replace(SUBJECT, subject);
    }

    /// What helps against all that the kind is raised for.
    static String ofAll(Alarm.Kind kind) {
        return bySubject(kind).entrySet().stream()
                .map(each ->
                        each.getKey().isEmpty()
                                ? each.getValue()
                                : each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining(" "));
    }

    /// By subject, where remedies differ; else by the empty one.
    private static Map<String, String> bySubject(Alarm.Kind kind) {
        return switch (kind) {
            case TRUNK_DOWN ->
                    whatever(
                            "The text has each place and why: network, firewall, the other side's"
                                    + " service, DNS. offhook doctor asks each of them.");
            case REGISTRATION_FAILED ->
                    whatever(
                            "Refused: correct auth of the trunk. No answer: network, firewall, the"
                                    + " registrar's service, DNS.");
            case CERTIFICATE ->
                    whatever("Renew the file; that of ops.jmx needs a restart, the others do not.");
            case CPU_PRESSURE ->
                    whatever(
                            "What else uses this machine's CPU? Else fewer calls"
                                    + " (limits.max-calls) or more cores.");
            case PORTS ->
                    whatever(
                            "Widen sip.rtp-ports, and the firewall: a call takes two of them on"
                                    + " each trunk leg.");
            case DESCRIPTORS ->
                    whatever(
                            "Raise LimitNOFILE of the service; at once, and without touching calls:"
                                    + " prlimit --pid PID --nofile=65536:. What holds them: ls -l"
                                    + " /proc/PID/fd.");
            case ONE_WAY_AUDIO ->
                    whatever(
                            "offhook calls show SUBJECT says which side, and where its packets come"
                                    + " from.");
            case LISTENER ->
                    whatever(
                            "Too many open files: see what holds them, and raise LimitNOFILE of the"
                                    + " service. An address that is gone: put it back on its"
                                    + " interface. It goes on by itself after both. Nobody reads"
                                    + " it: restart the gateway.");
            case RECORDS ->
                    inTurn(
                            "database",
                            "Start it, or correct url, user and password of ops.records; what waits"
                                    + " is written then.",
                            "journal",
                            "Make room on the disk of ops.records.folder, or let the gateway's user"
                                    + " write there; what waits is written then. A disk that turned"
                                    + " read-only: unmount, check and mount it.",
                            "lost",
                            "These are gone; mend what keeps database and journal from taking"
                                    + " more.",
                            "stopped",
                            "A defect, which the log has: restart the gateway.",
                            "node",
                            "Give each a node.name of its own, or stop the one that should be gone;"
                                    + " neither ends calls of the other.");
            case AUDIT ->
                    inTurn(
                            "file",
                            "Make room on the disk of ops.audit.file, or let the gateway's user"
                                    + " write there; what waits is written then.",
                            "lost",
                            "These are gone; mend what keeps the file from being written.",
                            "tampered",
                            "offhook audit verify names the line; keep the files as they are, and"
                                    + " find out who was on this machine.");
            case PROBE ->
                    whatever(
                            "The stage says how far the call came; offhook doctor finds what"
                                    + " hinders calls.");
            case BOXES ->
                    whatever(
                            "Make room on the disk of ops.black-box.folder, or let the gateway's"
                                    + " user write there; the log says which box.");
            case CLOCK_JUMP ->
                    whatever(
                            "Look at the time service of the machine (chrony, hypervisor). Calls go"
                                    + " on; tokens, certificates, records and logs are dated by"
                                    + " that clock.");
        };
    }

    private static Map<String, String> whatever(String words) {
        return Map.of("", words);
    }

    /// @param subjectsAndWords by turns
    private static Map<String, String> inTurn(String... subjectsAndWords) {
        Map<String, String> remedies = new LinkedHashMap<>();
        for (int i = 0; i < subjectsAndWords.length; i += 2) {
            remedies.put(subjectsAndWords[i], subjectsAndWords[i + 1]);
        }
        return remedies;
    }
}
