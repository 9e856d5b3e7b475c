package offhook.sip;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.sip.address.Address;
import offhook.telemetry.AuditLog;

/// How it stands with a trunk, for those who operate the gateway. Written by those who register and
/// dial, read by any thread.
public final class TrunkStatus {

    private final String name;
    private final AtomicLong callsOut = new AtomicLong();
    private volatile List<RegistrarStatus> registrars = List.of();
    private volatile String lastError = "";
    private volatile int lastErrorCode;
    private volatile String target = "";
    private volatile String lastInvite = "";
    private volatile Supplier<List<Place>> places = List::of;
    private volatile Supplier<Optional<TrunkLoad>> load = Optional::empty;

    /// One place where the trunk takes requests.
    ///
    /// @param name of the configuration, or what DNS made of it
    /// @param address and port
    /// @param state `new`, `up`, `down`, `avoided`, or `unlocated` of a name that DNS never knew
    /// @param lastError why it last was not to be had; empty: it always was
    /// @param since of the state
    public record Place(
            String name,
            String address,
            String transport,
            String state,
            String lastError,
            Instant since) {}

    /// Written once, before it registers.
    private volatile AuditLog audit = AuditLog.NONE;

    /// @param name of the trunk
    public TrunkStatus(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /// Each of those that we register with.
    public List<RegistrarStatus> registrars() {
        return registrars;
    }

    /// Where it is recorded how its registrars took our credentials.
    void recordIn(AuditLog log) {
        audit = log;
    }

    AuditLog audit() {
        return audit;
    }

    void registersWith(List<RegistrarStatus> all) {
        registrars = List.copyOf(all);
    }

    /// The one that tells how it stands with the trunk: the first that knows us, else the first.
    private Optional<RegistrarStatus> telling() {
        return registrars.stream()
                .filter(RegistrarStatus::knowsUs)
                .findFirst()
                .or(() -> registrars.stream().findFirst());
    }

    /// `unregistered`, `registering`, `registered`, `refused` or `failing`: of the first registrar
    /// that knows us, or else of the first.
    public String registration() {
        return telling().map(RegistrarStatus::state).orElse("unregistered");
    }

    /// When that registrar forgets us unless we ask again; empty: none knows us.
    public Optional<Instant> registeredUntil() {
        return telling().flatMap(RegistrarStatus::registeredUntil);
    }

    /// Why the last REGISTER or INVITE failed; empty: none did.
    public String lastError() {
        return lastError;
    }

    /// Its SIP status; 0 when the trunk was not reached.
    public int lastErrorCode() {
        return lastErrorCode;
    }

    /// Address and port that requests went to last; empty: nowhere yet.
    public String target() {
        return target;
    }

    /// Where it takes requests, the most wanted place first; none when DNS has not said yet.
    public List<Place> places() {
        return places.get();
    }

    void placesFrom(Supplier<List<Place>> source) {
        places = source;
    }

    /// Calls that live now, in and out.
    public int callsNow() {
        return load.get().map(TrunkLoad::calls).orElse(0);
    }

    /// Calls that found no place among those it may have.
    public long callsRefused() {
        return load.get().map(TrunkLoad::refused).orElse(0L);
    }

    /// Lets calls begin on the trunk, or not, until the next start; emergency calls go all the
    /// same.
    public void enable(boolean wanted) {
        load.get().ifPresent(known -> known.enable(wanted));
    }

    /// Whether calls may begin.
    public boolean isEnabled() {
        return load.get().map(TrunkLoad::isEnabled).orElse(true);
    }

    void loadFrom(TrunkLoad source) {
        load = () -> Optional.of(source);
    }

    /// Calls that went out.
    public long callsOut() {
        return callsOut.get();
    }

    /// The status that the last INVITE ended with; empty: none ended yet.
    public String lastInvite() {
        return lastInvite;
    }

    void failed(int status, String why) {
        lastErrorCode = status;
        lastError = why;
    }

    void aimed(String address) {
        target = address;
    }

    void calling() {
        callsOut.incrementAndGet();
    }

    void invited(int status) {
        lastInvite = status + " " + ReasonPhrases.of(status);
        if (status >= 300) {
            failed(status, "INVITE: " + lastInvite);
        }
    }

    /// By which way the registrar wants our requests (RFC 3608): the one that is asked itself, or
    /// else the first that knows us.
    ///
    /// @param where address and port that the request goes to
    List<Address> serviceRoute(String where) {
        return registrars.stream()
                .filter(each -> each.knowsUs() && each.target().equals(where))
                .findFirst()
                .or(this::telling)
                .map(RegistrarStatus::serviceRoute)
                .orElse(List.of());
    }
}
