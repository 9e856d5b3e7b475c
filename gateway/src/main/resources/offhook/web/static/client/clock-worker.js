/** The script of the Clock's worker. */

self.onmessage = ({ data }) => setTimeout(() => self.postMessage(data.id), data.millis);
