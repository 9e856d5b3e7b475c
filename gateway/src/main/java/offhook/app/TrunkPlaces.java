package offhook.app;

import java.util.List;
import java.util.function.Function;
import offhook.doctor.TrunkPlace;
import offhook.sip.SipEndpoint;

/// Tells the call doctor where trunks take requests. Any thread.
record TrunkPlaces(SipEndpoint sip) implements Function<String, List<TrunkPlace>> {

    @Override
    public List<TrunkPlace> apply(String trunk) {
        return sip.trunks().stream()
                .filter(status -> status.name().equals(trunk))
                .flatMap(status -> status.places().stream())
                .map(place -> new TrunkPlace(place.address(), place.state(), place.since()))
                .toList();
    }
}
