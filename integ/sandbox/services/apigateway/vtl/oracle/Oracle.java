import java.io.StringWriter;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.apache.commons.lang.StringEscapeUtils;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;

/** Renders every template of cases.vtl with Velocity 1.7 and prints [{"template", "output"}] as JSON. */
public class Oracle {
  public static class Util {
    public String escapeJavaScript(String text) { return StringEscapeUtils.escapeJavaScript(text); }
    public String urlEncode(String text) throws Exception { return URLEncoder.encode(text, "UTF-8"); }
    public String urlDecode(String text) throws Exception { return URLDecoder.decode(text, "UTF-8"); }
  }

  static VelocityContext variables() {
    VelocityContext context = new VelocityContext();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", 1);
    map.put("b", "two");
    map.put("c", new ArrayList<>(Arrays.asList("x", "y", 3)));
    map.put("d", new LinkedHashMap<>(Map.of("deep", "yes")));
    map.put("none", null);
    context.put("map", map);
    context.put("list", new ArrayList<>(Arrays.asList("p", "q", "r")));
    context.put("text", "it's \"a\" \\ b/c & d=e+f 100% \u00e9 \u20ac \ud83d\ude00\tTab\nLine");
    context.put("word", "Hello World");
    context.put("empty", "");
    context.put("n", 7);
    context.put("big", 9007199254740993L);
    context.put("real", 2.5);
    context.put("yes", true);
    context.put("no", false);
    context.put("nothing", null);
    context.put("util", new Util());
    return context;
  }

  static String quote(String text) {
    StringBuilder result = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') result.append('\\').append(c);
      else if (c < 32 || c > 126) result.append(String.format("\\u%04x", (int) c));
      else result.append(c);
    }
    return result.append('"').toString();
  }

  public static void main(String[] args) throws Exception {
    VelocityEngine engine = new VelocityEngine();
    engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
    engine.init();
    String source = new String(Files.readAllBytes(Paths.get(args[0])), StandardCharsets.UTF_8);
    List<String> results = new ArrayList<>();
    for (String block : source.split("\n----\n")) {
      String template = block;
      String output;
      try {
        StringWriter writer = new StringWriter();
        engine.evaluate(variables(), writer, "case", template);
        output = quote(writer.toString());
      } catch (Throwable error) {
        output = "null";
      }
      results.add("  { \"template\": " + quote(template) + ", \"output\": " + output + " }");
    }
    System.out.println("[\n" + String.join(",\n", results) + "\n]");
  }
}
