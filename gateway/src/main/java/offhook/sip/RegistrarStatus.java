package offhook.sip;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/// How it stands with one registrar of a trunk, for those who operate the gateway. Written by the
/// thread that registers, read by any.
public final class RegistrarStatus {

    private final String name;
    private final TrunkStatus trunk;
    private volatile Registration.State state = Registration.State.UNREGISTERED;

    /// What was recorded last; of the thread that registers.
    private Registration.@Nullable State told;

    private volatile Optional<Instant> registeredUntil = Optional.empty();
    private volatile String lastError = "";
    private volatile String target = "";
    private volatile List<Address> serviceRoute = List.of();

    /// @param name of the configuration
    /// @param trunk to which it belongs
    RegistrarStatus(String name, TrunkStatus trunk) {
        this.name = name;
        this.trunk = trunk;
    }

    /// As the configuration names it.
    public String name() {
        return name;
    }

    /// `unregistered`, `registering`, `registered`, `refused` or `failing`.
    public String state() {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /// When it forgets us unless we ask again; empty: it does not know us.
    public Optional<Instant> registeredUntil() {
        return registeredUntil;
    }

    /// Why the last REGISTER failed; empty: it did not.
    public String lastError() {
        return lastError;
    }

    /// By which way it wants our requests (RFC 3608).
    List<Address> serviceRoute() {
        return serviceRoute;
    }

    /// Address and port of the one that was asked last; empty: none yet.
    String target() {
        return target;
    }

    boolean knowsUs() {
        return registeredUntil.isPresent();
    }

    void is(Registration.State now) {
        state = now;
        boolean verdict =
                switch (now) {
                    case REGISTERED, REFUSED, FAILING -> true;
                    case UNREGISTERED, REGISTERING -> false;
                };
        if (verdict && now != told) {
            told = now;
            trunk.audit()
                    .record(
                            "offhook",
                            "registration",
                            "trunk=" + trunk.name() + " registrar=" + name,
                            state() + (lastError.isEmpty() ? "" : ": " + lastError));
        }
    }

    void registered(Optional<Instant> until, List<Address> route) {
        registeredUntil = until;
        serviceRoute = List.copyOf(route);
    }

    void failed(int status, String why) {
        lastError = why;
        trunk.failed(status, why);
    }

    void aimed(String address) {
        target = address;
        trunk.aimed(address);
    }
}
