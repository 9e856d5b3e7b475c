/// What operators see of a running gateway and do to it.
package offhook.e2e.ops;
