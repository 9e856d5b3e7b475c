/// The wire as seen from outside: packets captured on the loopback interface, and what they say
/// about continuity, loss and the delay between a packet in and its packet out.
///
/// May import: e2e.process, e2e.phone, e2e.speech.
@NullMarked
package offhook.e2e.capture;

import org.jspecify.annotations.NullMarked;
