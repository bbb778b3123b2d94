package io.github.vertexj.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackTraceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        // Python: plain, in HTML, in a debugger's page (Werkzeug, Django), as JSON
        "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    g()\nKeyError: 'x'",
        "<pre>Traceback (most recent call last)&#58;</pre>",
        "<p>  File &quot;/srv/app.py&quot;, line 12, in predict</p>",
        "<h4>File <cite class=\"filename\">\"/srv/app.py\"</cite>, line <em class=\"line\">12</em>,"
            + " in <code>predict</code></h4>",
        "<li class=\"frame user\"><code class=\"fname\">/srv/views.py</code>, line 55, in inner</li>",
        "{\"detail\": [\"  File \\\"/srv/app.py\\\", line 12, in predict\\n\"]}",
        // Express, plain Node, Node in HTML in JSON
        "<pre>TypeError: x of undefined<br> &nbsp; &nbsp;at /srv/server.js:25:45<br> &nbsp; &nbsp;at"
            + " next (/srv/node_modules/router/route.js:157:13)</pre>",
        "<pre>SyntaxError: x<br> &nbsp; &nbsp;at JSON.parse (&lt;anonymous&gt;)</pre>",
        "{\"stack\": \"Error: x\\n    at Layer.handle [as handle_request] (/srv/layer.js:95:5)\"}",
        "Error: x\n    at async file:///srv/server.mjs:3:9",
        "{\"message\": \"<pre>Error: x<br>    at f (/srv/a.js:1:2)</pre>\"}",
        // Java: Spring's JSON, Tomcat's page, Jackson's form of a Throwable
        "{\"trace\": \"java.lang.RuntimeException: x\\r\\n\\tat com.x.A.f(A.java:12)\\r\\n\"}",
        "<p><pre>java.lang.RuntimeException&#10;&#9;com.x.A.f(A.java:12)&#10;</pre></p>",
        "java.base/java.lang.Thread.run(Thread.java:840)",
        "at com.x.B$$Lambda/0x01.run(Unknown Source)",
        "{\"stackTrace\":[{\"methodName\":\"f\",\"fileName\":\"A.java\",\"lineNumber\":12}]}",
        "Exception in thread \"main\" java.lang.E\n\tat com.x.AKt.f(A.kt:3)",
        // .NET, Go, Rust, Ruby, PHP, Perl, Elixir
        "   at Iris.Controllers.PredictController.Post(Envelope body) in /src/C.cs:line 21",
        "   at System.Text.Json.ThrowHelper.Throw(Exception e)",
        "goroutine 18 [running]:\nmain.f(0x0)\n\t/srv/main.go:12 +0x1d",
        "\t/srv/main.go:12",
        "stack backtrace:\n   0: std::panicking::begin",
        "   3: iris::predict\n             at ./src/main.rs:12:5",
        "app.rb:12:in `block in <main>'",
        "<pre>app.rb:12:in &#39;Object#predict&#39;</pre>",
        "#0 /srv/index.php(12): predict(Array)\n#1 {main}",
        "main::predict(1) called at app.pl line 12",
        "    (phoenix 1.7.1) lib/phoenix/router.ex:430: Phoenix.Router.__call__/5",
      })
  void frames_areFoundInWhateverTheyAreWrapped(String reply) {
    assertThat(StackTrace.isIn(reply)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"error\": \"expected a number at $.instances[0].x (byte 15)\"}",
        "{\"error\": \"Unexpected token in JSON at position 12\"}",
        "{\"error\": \"not JSON: line 3, column 14\", \"line\": 3, \"column\": 14}",
        "{\"error\": \"Unrecognized token at [Source: (String); line: 1, column: 2]\"}",
        "<!doctype html><title>400 Bad Request</title><p>The server (at localhost:8080) is busy.</p>",
        "{\"timestamp\":\"2026-01-01T10:00:00\",\"status\":400,\"error\":\"Bad Request\",\"path\":\"/predict\"}",
        "at 10:30:12 the model (v1:2:3) was replaced",
        "<p>Look at the file model.py for the line of instances</p>",
        "{\"error\": \"at most 64 instances (got 65): split the batch\"}",
      })
  void sentences_areNoFrames(String reply) {
    assertThat(StackTrace.isIn(reply)).isFalse();
  }
}
