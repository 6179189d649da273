"""Where the faces are, what each got, and how often such an answer was wrong when it was measured."""

from unmask import Analyzer

analysis = Analyzer(false_alarm_rate=0.001).analyze_path("examples/collins.jpg")
for face in analysis.faces:
    print(face.face.box, face.verdict.label, face.explanation.faithful)
print(analysis.detectors[0].policy.false_alarm_rate)
