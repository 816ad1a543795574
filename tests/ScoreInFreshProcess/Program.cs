// ScoreInFreshProcess MODEL.zip PATHS.txt: loads a model and prints, for the image on each line of the second file, the
// class name and the scores as the hexadecimal bits of their floats. Knows ML.NET only: whatever else the model needs,
// ML.NET has to find by what the model file says.

using Microsoft.ML;
using Microsoft.ML.Data;

var context = new MLContext();
var model = context.Model.Load(args[0], out _);
var paths = context.Data.LoadFromTextFile(args[1], [new TextLoader.Column("ImagePath", DataKind.String, 0)]);
var scored = model.Transform(paths);
var names = context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(scored).Transform(scored);
foreach (var (name, scores) in names.GetColumn<string>("Name").Zip(names.GetColumn<float[]>("Score")))
    Console.WriteLine($"{name} {string.Join(' ', scores.Select(score => BitConverter.SingleToUInt32Bits(score).ToString("x8", null)))}");
