package offhook.srtp;

import java.util.Arrays;

/// The keys of both directions as a DTLS handshake yields them (RFC 5764 §4.2). Never printed.
///
/// @param client what the DTLS client protects with
/// @param server what the DTLS server protects with
public record SrtpKeys(SrtpMasterKey client, SrtpMasterKey server) {

    public SrtpKeys {
        if (client.profile() != server.profile()) {
            throw new IllegalArgumentException("one profile for both directions");
        }
    }

    /// Splits exported keying material: client key, server key, client salt, server salt.
    public static SrtpKeys fromExporter(SrtpProfile profile, byte[] material) {
        if (material.length != profile.exportBytes()) {
            throw new IllegalArgumentException("wrong length for " + profile);
        }
        int key = profile.keyBytes();
        int salt = profile.saltBytes();
        return new SrtpKeys(
                new SrtpMasterKey(
                        profile,
                        Arrays.copyOfRange(material, 0, key),
                        Arrays.copyOfRange(material, 2 * key, 2 * key + salt)),
                new SrtpMasterKey(
                        profile,
                        Arrays.copyOfRange(material, key, 2 * key),
                        Arrays.copyOfRange(material, 2 * key + salt, 2 * (key + salt))));
    }

    /// The profile of both directions.
    public SrtpProfile profile() {
        return client.profile();
    }
}
