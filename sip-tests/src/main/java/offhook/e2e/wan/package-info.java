/// A bad network in user space: a relay between a peer and the gateway that loses, delays, reorders
/// and repeats datagrams by a seeded script. Neither end knows of it but by its address.
///
/// May import: e2e.phone.
@NullMarked
package offhook.e2e.wan;

import org.jspecify.annotations.NullMarked;
