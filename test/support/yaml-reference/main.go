// Reads documents of YAML as clusters do, by sigs.k8s.io/yaml itself: each line of the standard input is one as a string
// of JSON, and each line of the output is what it means, as JSON, or `refused: ` and why.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64*1024*1024)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			panic(err)
		}
		fmt.Fprintln(out, meaning(text))
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}

func meaning(text string) string {
	found, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return "refused: " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return string(found)
}
