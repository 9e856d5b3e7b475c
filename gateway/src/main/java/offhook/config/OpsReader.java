package offhook.config;

import java.util.Optional;

/// Reads `ops`.
final class OpsReader {

    private static final String DEFAULT_LISTEN = "http://127.0.0.1:8081";
    private static final int MIN_TOKEN_LENGTH = 32;

    private OpsReader() {}

    static OpsConfig read(Section section, PortPlan plan) {
        Optional<Value> value = section.find("listen");
        Optional<Secret> token = section.find("token").flatMap(OpsReader::token);
        Optional<Listen> listen;
        if (value.isEmpty()) {
            listen = ListenReader.parse(DEFAULT_LISTEN);
            listen.ifPresent(l -> plan.listener("ops.listen", l, value));
        } else if (value.get().text().filter(t -> t.equals("off")).isPresent()) {
            listen = Optional.empty();
        } else {
            listen = new ListenReader(plan, "http").read(value.get());
            listen.ifPresent(l -> checkReach(l, value.get(), section.has("token")));
        }
        Optional<RecordsConfig> records = RecordsReader.read(section);
        DoctorConfig doctor = DoctorReader.read(section);
        Optional<AuditConfig> audit = AuditReader.read(section, records);
        section.done();
        return new OpsConfig(listen, token, records, doctor, audit);
    }

    private static void checkReach(Listen listen, Value value, boolean guarded) {
        if (listen.address().getAddress().isLoopbackAddress()) {
            return;
        }
        if (guarded) {
            value.warning(
                    "the token travels in the clear: have nobody else on that network, or a proxy"
                            + " with TLS before a loopback address");
        } else {
            value.problem(
                    "others than this machine can reach "
                            + value.quoted()
                            + ": set 'ops.token', or listen on 127.0.0.1");
        }
    }

    private static Optional<Secret> token(Value value) {
        Optional<Secret> secret = value.secret();
        if (secret.isPresent() && secret.get().value().length() < MIN_TOKEN_LENGTH) {
            value.problem("has fewer than " + MIN_TOKEN_LENGTH + " characters");
        }
        return secret;
    }
}
