// People and programs use the same addresses: whoever navigates gets the page, all else is the API's,
// but for the root, at which it has nothing.
// What previews links runs no scripts: it gets the card of a room. local/readers.py says the same.
import cf from "cloudfront";

// There are phones that say CUBOT.
const PREVIEWERS = /\b(?!cubot)\w*bot\b|crawler|preview|externalhit|whatsapp|mastodon|cardyb/i;
const ROOM = /^\/rooms\/[^/.]+$/;

function handler(event) {
  const request = event.request;
  if (request.method === "GET" && ROOM.test(request.uri) && previews(request)) {
    request.uri += "/card";
  } else if (navigates(request)) {
    cf.selectRequestOriginById("pages");
    request.uri = "/index.html";
    request.querystring = {};
    return request;
  }
  // API Gateway sees the address of an edge: this is whose request it is.
  request.headers["x-viewer-address"] = { value: event.viewer.ip };
  return request;
}

/** A browser asks for HTML by its address bar; an address that names a file is a program's. */
function navigates(request) {
  const name = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  const reads = request.method === "GET" || request.method === "HEAD";
  const accepts = request.uri === "/" || header(request, "accept").includes("text/html");
  return reads && (accepts || previews(request)) && !name.includes(".");
}

/** Chats and social networks say what they are; a bot that uses the API signs in, or asks for JSON. */
function previews(request) {
  const uses = request.headers.authorization || header(request, "accept").includes("json");
  return !uses && PREVIEWERS.test(header(request, "user-agent"));
}

function header(request, name) {
  return request.headers[name] ? request.headers[name].value : "";
}
