package offhook.ops;

import java.util.Arrays;
import java.util.stream.Collectors;
import javax.management.Attribute;
import offhook.telemetry.AuditLog;

/// Records what is done to beans, and by whom: who came through the network by name and address,
/// and who came on this machine as `local`, with the user whom the gateway runs as, since nobody
/// else but root gets in there. Any thread.
final class OperationAudit {

    private static final String WHAT = "jmx";

    /// Of an argument.
    private static final int MOST_CHARS = 500;

    private final AuditLog log;
    private final String local = "local:" + System.getProperty("user.name", "");

    OperationAudit(AuditLog log) {
        this.log = log;
    }

    /// Something was done.
    ///
    /// @param bean its name within the domain
    /// @param outcome `ok`, or what came of it
    void did(String bean, String operation, Object[] arguments, String outcome) {
        record(bean, call(operation, arguments), outcome);
    }

    /// A value was set.
    void set(String bean, Attribute attribute) {
        record(bean, attribute.getName() + "=" + attribute.getValue(), "ok");
    }

    /// Something was tried, and was not done.
    void failed(String bean, String operation, Object[] arguments, Throwable why) {
        Throwable cause = why.getCause() == null ? why : why.getCause();
        record(bean, call(operation, arguments), "failed: " + cause.getMessage());
    }

    /// Something was tried by somebody who may not.
    void refused(String bean, String operation) {
        log.recordStranger(who(), WHAT, bean + " " + operation, "refused");
    }

    private void record(String bean, String what, String outcome) {
        log.record(who(), WHAT, bean + " " + what, outcome);
    }

    private String who() {
        return RemoteUser.current().map(RemoteUser::toString).orElse(local);
    }

    private static String call(String operation, Object[] arguments) {
        return arguments == null
                ? operation + "()"
                : Arrays.stream(arguments)
                        .map(each -> cut(String.valueOf(each)))
                        .collect(Collectors.joining(",", operation + "(", ")"));
    }

    private static String cut(String argument) {
        return argument.length() <= MOST_CHARS
                ? argument
                : argument.substring(0, MOST_CHARS) + "...";
    }
}
