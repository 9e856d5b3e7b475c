/// Tells the story of each call: what happened when, how each leg sounded second by second, what
/// was wrong and whose fault it most likely was. Rules are pure; what collects is one owner. May
/// import: the views of `call`, `config`, `runtime`.
@NullMarked
package offhook.doctor;

import org.jspecify.annotations.NullMarked;
