import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.*;
import java.util.*;
import software.amazon.event.ruler.Machine;

/** Reads [pattern, event] of each line and prints [pattern, event, matches] on a line each; null for a pattern that is rejected. */
public class Oracle {
  public static void main(String[] args) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    List<String> results = new ArrayList<>();
    for (String line : Files.readAllLines(Paths.get(args[0]))) {
      JsonNode pair = mapper.readTree(line);
      String pattern = mapper.writeValueAsString(pair.get(0));
      String event = mapper.writeValueAsString(pair.get(1));
      String matches;
      try {
        Machine machine = new Machine();
        machine.addRule("rule", pattern);
        matches = String.valueOf(!machine.rulesForJSONEvent(event).isEmpty());
      } catch (Exception error) {
        matches = "null";
      }
      results.add("[" + pattern + ", " + event + ", " + matches + "]");
    }
    System.out.println(String.join("\n", results));
  }
}
