package offhook.ops;

import java.time.Instant;
import java.util.List;
import offhook.sip.TrunkStatus;

/// What [TrunkMXBean] shows, read from the trunk when asked. Any thread.
public final class TrunkView implements TrunkMXBean {

    private final TrunkStatus status;

    public TrunkView(TrunkStatus status) {
        this.status = status;
    }

    @Override
    public String getRegistrationState() {
        return status.registration();
    }

    @Override
    public String getRegisteredUntil() {
        return status.registeredUntil().map(Instant::toString).orElse("");
    }

    @Override
    public List<Registrar> getRegistrars() {
        return status.registrars().stream()
                .map(each ->
                        new Registrar(
                                each.name(),
                                each.state(),
                                each.registeredUntil().map(Instant::toString).orElse(""),
                                each.lastError()))
                .toList();
    }

    @Override
    public String getLastError() {
        return status.lastError();
    }

    @Override
    public int getLastErrorCode() {
        return status.lastErrorCode();
    }

    @Override
    public String getTargetAddress() {
        return status.target();
    }

    @Override
    public long getCallsOut() {
        return status.callsOut();
    }

    @Override
    public String getLastInvite() {
        return status.lastInvite();
    }

    @Override
    public int getCallsNow() {
        return status.callsNow();
    }

    @Override
    public long getCallsRefused() {
        return status.callsRefused();
    }

    @Override
    public boolean isEnabled() {
        return status.isEnabled();
    }

    @Override
    public void enable() {
        status.enable(true);
    }

    @Override
    public void disable() {
        status.enable(false);
    }

    @Override
    public List<Target> getTargets() {
        return status.places().stream()
                .map(place ->
                        new Target(
                                place.name(),
                                place.address(),
                                place.transport(),
                                place.state(),
                                place.lastError(),
                                place.since().toString()))
                .toList();
    }
}
