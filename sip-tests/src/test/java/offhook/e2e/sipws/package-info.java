/// SIP phones in browsers: the libraries that people use, as they are.
package offhook.e2e.sipws;
