package offhook.config;

import java.util.Optional;

/// Reads `ops`.
final class OpsReader {

    private static final String DEFAULT_LISTEN = "http://127.0.0.1:8081";

    private OpsReader() {}

    static OpsConfig read(Section section, PortPlan plan) {
        Optional<Value> value = section.find("listen");
        Optional<Listen> listen;
        if (value.isEmpty()) {
            listen = ListenReader.parse(DEFAULT_LISTEN);
            listen.ifPresent(l -> plan.listener("ops.listen", l, value));
        } else if (value.get().text().filter(t -> t.equals("off")).isPresent()) {
            listen = Optional.empty();
        } else {
            listen = new ListenReader(plan, "http").read(value.get());
        }
        Optional<RecordsConfig> records = RecordsReader.read(section);
        section.done();
        return new OpsConfig(listen, records);
    }
}
