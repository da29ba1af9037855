// People and programs use the same addresses: whoever navigates gets the page, all else is the API's.
import cf from "cloudfront";

function handler(event) {
  const request = event.request;
  if (navigates(request)) {
    cf.selectRequestOriginById("pages");
    request.uri = "/index.html";
    request.querystring = {};
  } else {
    // API Gateway sees the address of an edge: this is whose request it is.
    request.headers["x-viewer-address"] = { value: event.viewer.ip };
  }
  return request;
}

/** A browser asks for HTML by its address bar; an address that names a file is a program's. */
function navigates(request) {
  const accept = request.headers.accept ? request.headers.accept.value : "";
  const name = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  const reads = request.method === "GET" || request.method === "HEAD";
  return reads && accept.includes("text/html") && !name.includes(".");
}
