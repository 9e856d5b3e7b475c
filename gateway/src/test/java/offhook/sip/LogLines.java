package offhook.sip;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.runtime.Await;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/// What a class says in the log, from a level on, each line with the call that it is about.
final class LogLines extends AbstractAppender implements AutoCloseable {

    private final Logger logger;
    private final Level before;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /// From INFO on.
    LogLines(Class<?> of) {
        this(of, Level.INFO);
    }

    LogLines(Class<?> of, Level from) {
        super("lines-of-" + of.getSimpleName(), null, null, true, Property.EMPTY_ARRAY);
        logger = (Logger) LogManager.getLogger(of);
        before = logger.getLevel();
        Configurator.setLevel(logger, from);
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

    /// Waits until so many of them have a text.
    void await(String text, int times) {
        Await.until(
                times + " times '" + text + "' in the log",
                () -> lines.stream().filter(l -> l.contains(text)).count() >= times);
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        Configurator.setLevel(logger, before);
    }
}
