package offhook.audit;

/// How it stands with the audit log.
///
/// @param sequence of its last line
/// @param head the last line's number and hash, `NUMBER:HASH`
/// @param lost entries that found no room, since the start
/// @param up whether it can be written
/// @param lastError why it could not be; or empty
/// @param tampering what somebody else did to the file, since the start; or empty
public record AuditFigures(
        long sequence, String head, long lost, boolean up, String lastError, String tampering) {}
