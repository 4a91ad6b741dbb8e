internal import Foundation

extension DeclaredProjections {
  /// Reads the projections of files, and of all `.yaml` and `.yml` files of folders, these in the order of their names.
  ///
  /// - Parameter paths: absolute, or relative to the working directory.
  /// - Throws: ``ProjectionError`` with what is wrong in all files.
  public static func load(_ paths: [String]) throws(ProjectionError) -> DeclaredProjections {
    var problems: [ProjectionProblem] = []
    var declarations: [ProjectionDeclaration] = []
    for path in paths.flatMap({ files(of: $0, &problems) }) {
      guard let data = FileManager.default.contents(atPath: path) else {
        problems.append(unreadable(path, "there is no such file, or it cannot be read"))
        continue
      }
      guard data.count <= 1 << 20, let text = String(validating: data, as: UTF8.self) else {
        problems.append(unreadable(path, "expected a text in UTF-8 of up to 1 MiB"))
        continue
      }
      do { declarations += try ProjectionDeclaration.parse(text, file: path) } catch { problems += error.problems }
    }
    guard problems.isEmpty else { throw ProjectionError(problems) }
    return try DeclaredProjections(declarations)
  }

  private static func files(of path: String, _ problems: inout [ProjectionProblem]) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return [path] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let files = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map {
      path.hasSuffix("/") ? path + $0 : path + "/" + $0
    }
    if files.isEmpty { problems.append(unreadable(path, "there is no .yaml file in this folder")) }
    return files
  }

  private static func unreadable(_ path: String, _ reason: String) -> ProjectionProblem {
    ProjectionProblem(file: path, line: 1, key: "", reason: reason)
  }
}
