package offhook.ops;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.CountingNoOpAppender;

/// Counts the lines of the log that were dropped, because more waited than the log's configuration
/// lets wait. They end in its appender `dropped`.
final class LogLines {

    private static final String DROPPED = "dropped";

    private LogLines() {}

    static void bindTo(Meters meters) {
        meters.count(
                "offhook.log.lines.dropped",
                "Lines of the log that found no room while others waited",
                () -> ended(DROPPED));
    }

    /// 0 where the configuration has no appender of that name.
    private static double ended(String appender) {
        return LogManager.getContext(false) instanceof LoggerContext context
                        && context.getConfiguration().getAppender(appender)
                                instanceof CountingNoOpAppender counting
                ? counting.getCount()
                : 0;
    }
}
