package offhook.config;

/// A secret of the configuration. Never printed.
public record Secret(String value) {

    @Override
    public String toString() {
        return "***";
    }
}
