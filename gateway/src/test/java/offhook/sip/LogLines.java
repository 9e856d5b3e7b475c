package offhook.sip;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/// What a class says in the log, from INFO on, each line with the call that it is about.
final class LogLines extends AbstractAppender implements AutoCloseable {

    private final Logger logger;
    private final Level before;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    LogLines(Class<?> of) {
        super("lines-of-" + of.getSimpleName(), null, null, true, Property.EMPTY_ARRAY);
        logger = (Logger) LogManager.getLogger(of);
        before = logger.getLevel();
        Configurator.setLevel(logger, Level.INFO);
        start();
        logger.addAppender(this);
    }

    @Override
    public void append(LogEvent event) {
        if (event.getLoggerName().equals(logger.getName())) {
            Object call = event.getContextData().getValue("call");
            lines.add("call=" + call + " " + event.getMessage().getFormattedMessage());
        }
    }

    /// Those that were written so far.
    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        Configurator.setLevel(logger, before);
    }
}
