package offhook.config;

import java.util.Optional;
import java.util.regex.Pattern;

/// Reads what a trunk's section says of callers and of header fields.
final class TrunkIdentityReader {

    static final Words<TrunkIdentity.Names> NAMES = Words.lowerCase(TrunkIdentity.Names.class);
    private static final Pattern DOMAIN =
            Pattern.compile("\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");

    private TrunkIdentityReader() {}

    static TrunkIdentity read(Section trunk) {
        TrunkIdentity.Names names = NAMES.read(trunk, "identity", TrunkIdentity.Names.FROM);
        Optional<String> fromUser = trunk.find("from-user").flatMap(TrunkReader::user);
        if (names == TrunkIdentity.Names.FROM && fromUser.isPresent()) {
            trunk.find("from-user")
                    .ifPresent(v ->
                            v.warning(
                                    "takes the place of the caller's number, which goes nowhere;"
                                            + " 'identity: pai' would send it besides"));
        }
        Section headers = trunk.section("headers");
        HeaderAllowList in = list(headers, "in");
        HeaderAllowList out = list(headers, "out");
        headers.done();
        return new TrunkIdentity(
                names,
                fromUser,
                trunk.find("from-domain").flatMap(TrunkIdentityReader::domain),
                // What is wrong with it is told by who reads it for REGISTER.
                trunk.find("contact-user").flatMap(Value::text).filter(TrunkReader::isUser),
                trunk.flag("trust-identity", false),
                in,
                out);
    }

    private static HeaderAllowList list(Section headers, String key) {
        return new HeaderAllowList(
                headers.list(key).stream().flatMap(v -> name(v).stream()).toList());
    }

    private static Optional<String> name(Value value) {
        Optional<String> name = value.text();
        Optional<String> problem = name.flatMap(HeaderAllowList::problem);
        problem.ifPresent(what -> value.problem(value.quoted() + " " + what));
        return problem.isPresent() ? Optional.empty() : name;
    }

    private static Optional<String> domain(Value value) {
        Optional<String> domain = value.text();
        if (domain.isPresent() && !DOMAIN.matcher(domain.get()).matches()) {
            value.problem(value.quoted() + " is neither the name of a host nor an address");
            return Optional.empty();
        }
        return domain;
    }
}
