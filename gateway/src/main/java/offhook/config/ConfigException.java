package offhook.config;

import java.util.List;

/// A configuration that cannot be served, with everything that is wrong with it.
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /// One line each, `file:line:column: key: what is wrong`, in the order of the file.
    public List<String> problems() {
        return problems;
    }
}
