package offhook.web;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import offhook.sdp.IceCandidate;

/// The candidates that a page tells of as its browser finds them (RFC 8838): counted for whoever
/// has to find out why media did not come through. Nothing is ever sent to one. Owned by the desk's
/// owner.
final class PageCandidates {

    private static final int MOST = 16;

    private final Map<String, Integer> kinds = new TreeMap<>();
    private int count;

    /// Takes one in; those beyond the first few are not kept.
    ///
    /// @return false when it is none
    boolean note(String text) {
        Optional<IceCandidate> candidate = IceCandidate.parse(text);
        if (candidate.isPresent() && count < MOST) {
            count++;
            kinds.merge(
                    candidate.get().type() + "/" + candidate.get().transport(), 1, Integer::sum);
        }
        return candidate.isPresent();
    }

    /// As logs show them: how many of each type and transport, and no address.
    @Override
    public String toString() {
        return kinds.toString();
    }
}
